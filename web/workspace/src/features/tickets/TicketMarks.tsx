import { useTranslation } from 'react-i18next';
import type { TicketPriority, TicketStatus } from '~/api/tickets';
import { Tag } from '~/components/parts';

const tones = { open: 'accent', pending: 'warn', onHold: undefined, solved: 'good' } as const;

/** State and urgency in words; the tone only helps. */
export function StatusTag({ status }: { status: TicketStatus }) {
  const { t } = useTranslation();
  const tone = tones[status];
  return <Tag {...(tone ? { tone } : {})}>{t(`ticket.statuses.${status}`)}</Tag>;
}

export function PriorityTag({ priority }: { priority: TicketPriority }) {
  const { t } = useTranslation();
  if (priority === 'normal' || priority === 'low') return <span className="i2 t13">{t(`ticket.priorities.${priority}`)}</span>;
  return <Tag tone={priority === 'urgent' ? 'bad' : 'warn'}>{t(`ticket.priorities.${priority}`)}</Tag>;
}
