import { Button, SegmentedControl, Select, TextInput } from '@mantine/core';
import { IconSearch, IconTicket } from '@tabler/icons-react';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { flat } from '~/api/paging';
import { ticketStatuses, useTickets } from '~/api/tickets';
import { Page } from '~/components/Page';
import { Empty, Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { nameOf } from '~/lib/people';
import { ago, useNow } from '~/lib/time';
import { PriorityTag, StatusTag } from './TicketMarks';

/** All numbered work, the one changed last first. */
export function TicketsPage() {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const { q = '', status, owner } = useSearch({ from: '/inside/tickets' });
  const [text, setText] = useState(q);
  const go = useCallback(
    (next: { q?: string | undefined; status?: string | undefined; owner?: string | undefined }) => {
      const filled = Object.entries({ q, status, owner, ...next }).filter(([, value]) => value);
      void navigate({ to: '/tickets', search: Object.fromEntries(filled) as never, replace: true });
    },
    [navigate, q, status, owner],
  );
  useEffect(() => {
    if (text.trim() === q) return;
    const timer = setTimeout(() => go({ q: text.trim() }), 250);
    return () => clearTimeout(timer);
  }, [text, q, go]);
  const list = useTickets({ q: q || undefined, status: status ?? (q ? 'any' : undefined), owner });
  const items = flat(list.data);
  const narrowed = Boolean(q || status || owner);
  return (
    <Page
      label={t('ticket.title')}
      title={t('ticket.title')}
      side={
        <TextInput
          className="findbox"
          aria-label={t('ticket.find')}
          placeholder={t('ticket.find')}
          leftSection={<IconSearch size={16} stroke={1.7} aria-hidden />}
          value={text}
          dir="auto"
          onChange={(event) => setText(event.currentTarget.value)}
        />
      }
    >
      <div className="row row-12 wrap ticket-filter">
        <SegmentedControl
          size="xs"
          aria-label={t('ticket.owner')}
          data={[
            { value: 'all', label: t('ticket.everybodys') },
            { value: 'mine', label: t('ticket.mine') },
            { value: 'none', label: t('ticket.nobodys') },
          ]}
          value={owner ?? 'all'}
          onChange={(value) => go({ owner: value === 'all' ? undefined : value })}
        />
        <Select
          size="xs"
          w={180}
          clearable
          aria-label={t('ticket.status')}
          placeholder={t('ticket.notSolved')}
          data={[
            ...ticketStatuses.slice(1).map((value) => ({ value, label: t(`ticket.statuses.${value}`) })),
            { value: 'any', label: t('ticket.any') },
          ]}
          value={status ?? null}
          onChange={(value) => go({ status: value ?? undefined })}
        />
      </div>
      {list.isError && items.length === 0 ? (
        <Failure title={t('ticket.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <TableBones />
      ) : items.length === 0 ? (
        <Empty picture={<IconTicket size={44} stroke={1.2} aria-hidden />} title={t(narrowed ? 'ticket.noneFound' : 'ticket.none')}>
          {t(narrowed ? 'ticket.noneFoundText' : 'ticket.noneText')}
        </Empty>
      ) : (
        <>
          <table className="tbl">
            <thead>
              <tr>
                <th>{t('ticket.number')}</th>
                <th>{t('ticket.subject')}</th>
                <th className="hide-s">{t('customer.label')}</th>
                <th>{t('ticket.status')}</th>
                <th className="hide-s">{t('ticket.priority')}</th>
                <th className="hide-s">{t('ticket.owner')}</th>
                <th className="r hide-s">{t('ticket.changed')}</th>
              </tr>
            </thead>
            <tbody>
              {items.map((one) => (
                <tr key={one.id}>
                  <td className="num i2">#{one.number}</td>
                  <td className="most">
                    <Link to="/tickets/$ticketId" params={{ ticketId: one.id }} className="rowlink">
                      <span className="cut b block" dir="auto">
                        {one.subject}
                      </span>
                    </Link>
                  </td>
                  <td className="hide-s">
                    <bdi className="cut">{nameOf(one.customer)}</bdi>
                  </td>
                  <td>
                    <StatusTag status={one.status} />
                  </td>
                  <td className="hide-s">
                    <PriorityTag priority={one.priority} />
                  </td>
                  <td className="hide-s">
                    {one.owner ? <bdi>{one.owner.name}</bdi> : <span className="i3">{one.team?.name ?? t('ticket.nobody')}</span>}
                  </td>
                  <td className="r i2 hide-s">{ago(one.updatedAt, now)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {list.hasNextPage && (
            <Button variant="default" className="morebutton" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('common.more')}
            </Button>
          )}
        </>
      )}
    </Page>
  );
}
