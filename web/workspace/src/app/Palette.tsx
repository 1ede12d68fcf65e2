import { Kbd, Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type KeyboardEvent, type ReactNode, useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { listConversations } from '~/api/conversations/list';
import { findCustomers } from '~/api/customers/customers';
import { Avatar } from '~/components/Avatar';
import { ChannelMark } from '~/components/Channel';
import { type Action, showKeys, useAllActions } from '~/lib/actions';
import { ago, useNow } from '~/lib/time';
import { paletteOpen } from './uiState';

type Entry = { id: string; icon: ReactNode; label: string; side?: string | undefined; keys?: string | undefined; run: () => void };
type Group = { title: string; entries: Entry[] };

export function Palette() {
  const { t } = useTranslation();
  const open = paletteOpen.use();
  return (
    <Modal.Root opened={open} onClose={() => paletteOpen.set(false)} size={620} yOffset="12vh" transitionProps={{ duration: 120 }}>
      <Modal.Overlay color="var(--b-scrim)" />
      <Modal.Content aria-label={t('palette.label')}>{open && <Finder />}</Modal.Content>
    </Modal.Root>
  );
}

function Finder() {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const groups = useGroups(text);
  const entries = groups.flatMap((group) => group.entries);
  const current = entries[Math.min(at, entries.length - 1)];
  const run = (entry: Entry) => {
    paletteOpen.set(false);
    // After the dialog gave the focus back, so that an action may move it.
    setTimeout(entry.run);
  };
  const pressed = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((old) => (Math.min(old, entries.length - 1) + step + entries.length) % Math.max(1, entries.length));
    } else if (event.key === 'Enter' && current) {
      event.preventDefault();
      run(current);
    }
  };
  return (
    <div className="palette">
      <div className="row row-12 ask">
        <IconSearch size={20} stroke={1.6} aria-hidden />
        <input
          data-autofocus
          onKeyDown={pressed}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={current ? `palette-${current.id}` : undefined}
          aria-label={t('palette.label')}
          placeholder={t('palette.placeholder')}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
        />
        <Kbd>Esc</Kbd>
      </div>
      <div className="found scroll" id="palette-list" role="listbox" aria-label={t('palette.label')}>
        {groups.map((group) => (
          // biome-ignore lint/a11y/useSemanticElements: a group of options inside a listbox
          <div key={group.title} role="group" aria-label={group.title}>
            <div className="eyebrow" aria-hidden>
              {group.title}
            </div>
            {group.entries.map((entry) => (
              // biome-ignore lint/a11y/useFocusableInteractive: focus stays in the field, which names the chosen option
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
              <div
                key={entry.id}
                id={`palette-${entry.id}`}
                role="option"
                aria-selected={entry === current}
                className={`it ${entry === current ? 'on' : ''}`}
                onClick={() => run(entry)}
                onPointerMove={() => entry !== current && setAt(entries.indexOf(entry))}
              >
                <span className="ico">{entry.icon}</span>
                <span className="grow cut">
                  <bdi>{entry.label}</bdi>
                </span>
                {entry.side && (
                  <span className="t13 i3 cut side-note">
                    <bdi>{entry.side}</bdi>
                  </span>
                )}
                {entry.keys && <Kbd>{showKeys(entry.keys)}</Kbd>}
              </div>
            ))}
          </div>
        ))}
        {entries.length === 0 && <p className="t13 i2 nothing">{t('palette.nothing', { text })}</p>}
      </div>
      <div className="row row-16 t12 i3 foot">
        <span>{t('palette.move')}</span>
        <span>{t('palette.open')}</span>
        <span className="end">{t('palette.prefixes')}</span>
      </div>
    </div>
  );
}

const order: Action['group'][] = ['conversation', 'list', 'go', 'app'];
/** `>` looks among actions only, `@` among people only. */
function useGroups(text: string): Group[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const now = useNow();
  const only = text.startsWith('>') ? 'actions' : text.startsWith('@') ? 'people' : undefined;
  const q = useDeferredValue((only ? text.slice(1) : text).trim());
  const searches = q.length > 0 && only !== 'actions';
  const people = useQuery({
    queryKey: ['palette', 'people', q],
    queryFn: ({ signal }) => findCustomers(q, null, 6, signal),
    enabled: searches,
    placeholderData: keepPreviousData,
  });
  const talks = useQuery({
    queryKey: ['palette', 'conversations', q],
    queryFn: ({ signal }) => listConversations({ view: 'all', status: 'any', sort: 'newest', q }, null, signal),
    enabled: searches && only !== 'people',
    placeholderData: keepPreviousData,
  });
  const words = q.toLocaleLowerCase().split(/\s+/);
  const actions = useAllActions()
    .filter((action) => !action.hidden && words.every((word) => action.label.toLocaleLowerCase().includes(word)))
    .sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  const groups: Group[] = [];
  if (only !== 'people')
    groups.push({
      title: t('palette.actions'),
      entries: actions.map(({ id, label, icon: Icon, keys, run }) => ({
        id,
        label,
        keys,
        run,
        icon: Icon ? <Icon size={18} stroke={1.6} /> : null,
      })),
    });
  if (searches) {
    groups.push({
      title: t('palette.people'),
      entries: (people.data?.items ?? []).map((person) => ({
        id: `person-${person.id}`,
        label: person.name ?? person.address ?? t('customer.unnamed'),
        side: person.openConversations > 0 ? t('palette.openNow', { count: person.openConversations }) : (person.address ?? undefined),
        icon: <Avatar name={person.name ?? person.address ?? '#'} photo={person.photoId} size={22} />,
        run: () => void navigate({ to: '/customers/$customerId', params: { customerId: person.id } }),
      })),
    });
    groups.push({
      title: t('palette.conversations'),
      entries: (talks.data?.items ?? []).slice(0, 8).map((item) => ({
        id: `conversation-${item.id}`,
        label: `${item.customer.name ?? item.customer.address ?? t('customer.unnamed')}: ${item.subject ?? item.lastMessage?.text ?? ''}`,
        side: `${t(`status.${item.status}`)}, ${ago(item.updatedAt, now)}`,
        icon: item.channels[0] ? <ChannelMark channel={item.channels[0].channel} size={22} /> : null,
        run: () => void navigate({ to: '/inbox/$conversationId', params: { conversationId: item.id } }),
      })),
    });
  }
  return groups.filter((group) => group.entries.length > 0);
}
