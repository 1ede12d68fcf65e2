import { ActionIcon, Menu } from '@mantine/core';
import { IconAdjustmentsHorizontal, IconArrowsSort, IconCheck, IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useCounts } from '~/api/conversations/counts';
import type { ListFilter, Sort, StatusFilter, View } from '~/api/conversations/list';
import { useInboxes } from '~/api/inboxes';
import { ChannelMark } from '~/components/Channel';

const views: View[] = ['all', 'mine', 'unassigned'];
const statuses: StatusFilter[] = ['open', 'snoozed', 'resolved', 'any'];
const sorts: Sort[] = ['newest', 'oldest', 'waiting'];

type Props = { filter: ListFilter; onChange: (change: Partial<ListFilter>) => void };
export function ListHeader({ filter, onChange }: Props) {
  const { t } = useTranslation();
  const { data: counts } = useCounts();
  const { data: inboxes } = useInboxes();
  const inbox = inboxes?.find((one) => one.id === filter.inbox);
  const counted = filter.status === 'open' && !filter.inbox;
  const tick = (on: boolean) => (on ? <IconCheck size={15} /> : <span className="tickspace" />);
  const filtered = filter.status !== 'open' || filter.inbox !== undefined;
  return (
    <>
      <header>
        {inbox && <ChannelMark channel={inbox.channel} size={22} quiet />}
        <h1 className="cut">
          <bdi>{inbox?.name ?? t('nav.inbox')}</bdi>
        </h1>
        {filter.status !== 'open' && <span className="t13 i2 cut">{t(`status.${filter.status}`)}</span>}
        <Menu position="bottom-end" width={240} closeOnItemClick={false}>
          <Menu.Target>
            <ActionIcon className="end" aria-label={t('list.filter')} aria-pressed={filtered} {...(filtered ? { variant: 'light' } : {})}>
              <IconAdjustmentsHorizontal size={17} stroke={1.7} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>{t('list.status')}</Menu.Label>
            {statuses.map((status) => (
              <Menu.Item
                key={status}
                role="menuitemradio"
                aria-checked={filter.status === status}
                leftSection={tick(filter.status === status)}
                onClick={() => onChange({ status })}
              >
                {t(`status.${status}`)}
              </Menu.Item>
            ))}
            {inboxes && inboxes.length > 0 && (
              <>
                <Menu.Divider />
                <Menu.Label>{t('list.inbox')}</Menu.Label>
                <Menu.Item
                  role="menuitemradio"
                  aria-checked={!filter.inbox}
                  leftSection={tick(!filter.inbox)}
                  onClick={() => onChange({ inbox: undefined })}
                >
                  {t('list.everyInbox')}
                </Menu.Item>
                {inboxes.map((one) => (
                  <Menu.Item
                    key={one.id}
                    role="menuitemradio"
                    aria-checked={filter.inbox === one.id}
                    leftSection={tick(filter.inbox === one.id)}
                    rightSection={<ChannelMark channel={one.channel} size={18} quiet />}
                    onClick={() => onChange({ inbox: one.id })}
                  >
                    <bdi>{one.name}</bdi>
                  </Menu.Item>
                ))}
              </>
            )}
          </Menu.Dropdown>
        </Menu>
      </header>
      <div className="sortbar">
        {views.map((view) => (
          <button key={view} type="button" className="chipb pick" aria-pressed={filter.view === view} onClick={() => onChange({ view })}>
            {t(`view.${view}`)} {counted && counts ? <span className="num i3">{counts[view] || ''}</span> : null}
          </button>
        ))}
        <Menu position="bottom-end" width={200}>
          <Menu.Target>
            <button type="button" className="chipb end" aria-label={t('list.sort', { by: t(`sort.${filter.sort}`) })}>
              <IconArrowsSort size={15} stroke={1.7} aria-hidden className="narrow-only" />
              <span className="wide-only">{t(`sort.${filter.sort}`)}</span>
              <IconChevronDown size={14} aria-hidden />
            </button>
          </Menu.Target>
          <Menu.Dropdown>
            {sorts.map((sort) => (
              <Menu.Item
                key={sort}
                role="menuitemradio"
                aria-checked={filter.sort === sort}
                leftSection={tick(filter.sort === sort)}
                onClick={() => onChange({ sort })}
              >
                {t(`sort.${sort}`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      </div>
    </>
  );
}
