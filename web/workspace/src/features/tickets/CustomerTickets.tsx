import { IconPlus, IconTicket } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { flat } from '~/api/paging';
import { useMay } from '~/api/session';
import { useTickets } from '~/api/tickets';
import { ago, useNow } from '~/lib/time';
import { ticketAbout } from './OpenTicket';
import { StatusTag } from './TicketMarks';

/** A customer's tickets: those still open before those solved. */
export function CustomerTickets({ customerId, conversationId }: { customerId: string; conversationId?: string | undefined }) {
  const { t } = useTranslation();
  const now = useNow();
  const may = useMay('conversations.reply');
  const open = useTickets({ customer: customerId });
  const solved = useTickets({ customer: customerId, status: 'solved' });
  const tickets = [...flat(open.data), ...flat(solved.data).slice(0, 3)];
  return (
    <>
      <div className="row row-12">
        <h3 className="eyebrow grow">{t('ticket.title')}</h3>
        {may && (
          <button
            type="button"
            className="link t12 row row-4"
            onClick={() => ticketAbout.set(conversationId ? { conversationId } : { customerId })}
          >
            <IconPlus size={13} aria-hidden />
            {t('ticket.open')}
          </button>
        )}
      </div>
      {open.isError && tickets.length === 0 && (
        <button type="button" className="link t13" onClick={() => void open.refetch()}>
          {t('ticket.failed')}
        </button>
      )}
      {open.isSuccess && tickets.length === 0 && <p className="t13 i2">{t('ticket.noneHere')}</p>}
      <ul className="past">
        {tickets.map((ticket) => (
          <li key={ticket.id}>
            <Link to="/tickets/$ticketId" params={{ ticketId: ticket.id }} className="it">
              <IconTicket size={16} stroke={1.6} aria-hidden className="none" />
              <span className="col grow cut">
                <span className="t13 cut" dir="auto">
                  {ticket.subject}
                </span>
                <span className="t12 i3">
                  <bdi className="num">#{ticket.number}</bdi>, {ago(ticket.updatedAt, now)}
                </span>
              </span>
              <StatusTag status={ticket.status} />
            </Link>
          </li>
        ))}
      </ul>
    </>
  );
}
