import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import {
  IconArrowsJoin2,
  IconArrowsSplit2,
  IconEye,
  IconNote,
  IconPlugConnected,
  IconSearch,
  IconShieldCheck,
  IconShieldX,
  IconStar,
  IconTableImport,
  IconTicket,
  IconUsersGroup,
  IconWorld,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTimeline } from '~/api/customers/customers';
import { type Moment, useMoments } from '~/api/customers/moments';
import { flat } from '~/api/paging';
import type { Customer, Message } from '~/api/types';
import { ChannelMark, channelName, LooseStrands } from '~/components/Channel';
import { Empty, Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { clockTime, dayName } from '~/lib/time';

/** Everything said with this person, on every channel, newest first. */
export function Timeline({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const [channel, setChannel] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [day, setDay] = useState('');
  const [q] = useDebouncedValue(text.trim(), 250);
  const channels = [...new Set(customer.identities.map((identity) => identity.channel))];
  return (
    <>
      <div className="row wrap timeline-filter">
        <TextInput
          className="grow"
          size="xs"
          aria-label={t('timeline.find')}
          placeholder={t('timeline.find')}
          leftSection={<IconSearch size={15} aria-hidden />}
          value={text}
          dir="auto"
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {channels.length > 1 && (
          <Select
            size="xs"
            w={170}
            clearable
            aria-label={t('timeline.channel')}
            placeholder={t('timeline.everyChannel')}
            data={channels.map((one) => ({ value: one, label: channelName(one) }))}
            value={channel}
            onChange={setChannel}
          />
        )}
        <TextInput
          type="date"
          size="xs"
          w={150}
          aria-label={t('timeline.jump')}
          title={t('timeline.jump')}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
        />
      </div>
      <Entries customerId={customer.id} channel={channel ?? undefined} q={q || undefined} before={endOf(day)} />
    </>
  );
}

/** The instant at which a day of one's own calendar ends. */
function endOf(day: string) {
  const start = new Date(`${day}T00:00`);
  if (Number.isNaN(start.getTime())) return undefined;
  start.setDate(start.getDate() + 1);
  return start.toISOString();
}

type EntriesProps = { customerId: string; channel: string | undefined; q: string | undefined; before: string | undefined };
function Entries({ customerId, channel, q, before }: EntriesProps) {
  const { t } = useTranslation();
  const timeline = useTimeline(customerId, { channel, q, before });
  const moments = useMoments(customerId).data ?? [];
  const messages = flat(timeline.data);
  // Searched or narrowed to a channel, only what was said counts; further back than is loaded, moments would stand alone.
  const oldest = timeline.hasNextPage ? (messages[messages.length - 1]?.sentAt ?? '') : '';
  const besides = q || channel ? [] : moments.filter((moment) => moment.at >= oldest && (!before || moment.at < before));
  const items: Item[] = [
    ...messages.map((message) => ({ at: message.sentAt, message })),
    ...besides.map((moment) => ({ at: moment.at, moment })),
  ].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
  if (timeline.isError && items.length === 0)
    return <Failure title={t('customers.timelineFailed')} error={timeline.error} retry={() => void timeline.refetch()} />;
  if (timeline.isPending) return <TableBones rows={5} />;
  if (items.length === 0)
    return (
      <Empty picture={<LooseStrands />} title={t(q || channel || before ? 'timeline.noneFound' : 'customers.nothingSaid')}>
        {t(q || channel || before ? 'timeline.noneFoundText' : 'customers.nothingSaidText')}
      </Empty>
    );
  const days = groupBy(items, dayOf);
  return (
    <>
      {[...days].map(([day, entries]) => (
        <div key={day}>
          <h3 className="eyebrow day-head">{dayName(entries[0]?.at ?? day)}</h3>
          <ul>
            {entries.map((item, i) => (
              <li key={'message' in item ? item.message.id : `${item.at} ${i}`}>
                {'message' in item ? <Entry message={item.message} /> : <Happened moment={item.moment} />}
              </li>
            ))}
          </ul>
        </div>
      ))}
      {timeline.hasNextPage && (
        <Button
          variant="default"
          className="morebutton"
          loading={timeline.isFetchingNextPage}
          onClick={() => void timeline.fetchNextPage()}
        >
          {t('customer.earlier')}
        </Button>
      )}
    </>
  );
}

type Item = { at: string; message: Message } | { at: string; moment: Moment };
const dayOf = (item: Item) => new Date(item.at).toDateString();
function groupBy(items: Item[], key: (item: Item) => string) {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

const signs = {
  merged: IconArrowsJoin2,
  unmerged: IconArrowsSplit2,
  noted: IconNote,
  consented: IconShieldCheck,
  withdrew: IconShieldX,
  imported: IconTableImport,
  linked: IconPlugConnected,
  unlinked: IconPlugConnected,
  written: IconPlugConnected,
  ticketWritten: IconPlugConnected,
  transferred: IconUsersGroup,
  ticketOpened: IconTicket,
  ticketSolved: IconTicket,
  visited: IconEye,
  rated: IconStar,
} as const;

/** What happened besides messages. */
function Happened({ moment }: { moment: Moment }) {
  const { t } = useTranslation();
  const kind = moment.kind as keyof typeof signs;
  const Sign = signs[kind] ?? IconNote;
  return (
    <div className="tl quiet">
      <span className="t12 i3 num when">{clockTime(moment.at)}</span>
      <span className="momentmark" aria-hidden>
        <Sign size={15} stroke={1.7} />
      </span>
      <span className="grow t13 i2">
        {t(moment.by ? `moment.by.${kind}` : `moment.${kind}`, { name: moment.by ?? '', about: moment.about ?? '' })}
        {kind === 'noted' && (
          <span className="block cut2" dir="auto">
            {moment.about}
          </span>
        )}
      </span>
    </div>
  );
}

function Entry({ message }: { message: Message }) {
  const { t } = useTranslation();
  const first = message.attachments[0];
  return (
    <Link to="/inbox/$conversationId" params={{ conversationId: message.conversationId }} className="tl">
      <span className="t12 i3 num when">{clockTime(message.sentAt)}</span>
      {message.channel ? <ChannelMark channel={message.channel} size={24} /> : <span className="notemark" aria-hidden />}
      <span className="grow">
        <span className="t13 block">
          <b>
            <bdi>{message.author.name ?? (message.direction === 'in' ? t('activity.theCustomer') : 'Braid')}</bdi>
          </b>
          {message.private && <span className="i3"> {t('thread.noteLabel')}</span>}
          {message.kind === 'comment' && !message.answersComment && (
            <span className="public-ink">
              {' '}
              <IconWorld size={13} stroke={1.8} aria-hidden className="inline" />
              {t('audience.public')}
            </span>
          )}
          {message.subject && (
            <>
              {' '}
              <bdi className="i2">{message.subject}</bdi>
            </>
          )}
        </span>
        <span className="t13 i2 cut2" dir="auto">
          {message.deletedAt
            ? t('thread.deleted')
            : (message.text ??
              (message.kind === 'call' ? t('call.completed') : first ? t(`attachment.kind.${first.kind}`) : t('list.noText')))}
        </span>
      </span>
    </Link>
  );
}
