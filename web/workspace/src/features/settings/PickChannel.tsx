import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannels } from '~/api/channels';
import { useInboxes } from '~/api/inboxes';
import { ChannelMark } from '~/components/Channel';
import { Empty, Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { shelvesOf, type Tile, variantOf } from './catalogue';
import { Wizard } from './Wizard';

/** Everything that can be connected, on shelves; each provider of a channel is a tile of its own. */
export function PickChannel() {
  const { t } = useTranslation();
  const channels = useChannels();
  const inboxes = useInboxes();
  const navigate = useNavigate();
  const [search, setSearch] = useState('');
  const shelves = shelvesOf(channels.data ?? [], search);
  const first = shelves[0]?.tiles[0];
  const connected = ({ channel, variant }: Tile) =>
    (inboxes.data ?? []).filter((inbox) => inbox.channel === channel.id && (!variant || variantOf(channel, inbox.settings) === variant))
      .length;
  return (
    <Wizard title={t('connect.title')} at={0} decided={[]} wide>
      <div className="row wrap between shelfhead">
        <div>
          <h2 className="t20 b">{t('connect.choose')}</h2>
          <p className="i2">{t('connect.chooseText')}</p>
        </div>
        <form
          className="findchannel"
          onSubmit={(event) => {
            event.preventDefault();
            if (search && first) void navigate({ to: '/settings/inboxes/new/$channel', params: { channel: first.id } });
          }}
        >
          <TextInput
            type="search"
            aria-label={t('connect.find')}
            placeholder={t('connect.find')}
            leftSection={<IconSearch size={16} stroke={1.7} />}
            value={search}
            onChange={(event) => setSearch(event.currentTarget.value)}
            autoFocus={matchMedia('(pointer: fine)').matches}
          />
        </form>
      </div>
      {channels.isError ? (
        <Failure title={t('connect.failed')} error={channels.error} retry={() => void channels.refetch()} />
      ) : channels.isPending ? (
        <TableBones rows={6} />
      ) : shelves.length === 0 ? (
        <Empty
          title={t('connect.noneFound', { q: search })}
          action={
            <Button variant="default" onClick={() => setSearch('')}>
              {t('connect.showAll')}
            </Button>
          }
        >
          {t('connect.noneFoundText')}
        </Empty>
      ) : (
        shelves.map((shelf) => (
          <section key={shelf.group} className="shelf" aria-labelledby={`shelf-${shelf.group}`}>
            <h3 className="eyebrow" id={`shelf-${shelf.group}`}>
              {t(`connect.group.${shelf.group}`)}
            </h3>
            <ul className="tiles">
              {shelf.tiles.map((tile) => (
                <li key={tile.id}>
                  <Link to="/settings/inboxes/new/$channel" params={{ channel: tile.id }} className="card tile">
                    <ChannelMark channel={tile.channel.id} size={32} quiet />
                    <span className="grow">
                      <b className="block">{tile.name}</b>
                      <span className="t12 i2 cut2">{tile.channel.summary}</span>
                      {connected(tile) > 0 && <span className="t12 good-ink">{t('connect.connectedAlready', { n: connected(tile) })}</span>}
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        ))
      )}
    </Wizard>
  );
}
