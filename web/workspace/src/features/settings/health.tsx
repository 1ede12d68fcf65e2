import { useTranslation } from 'react-i18next';
import type { Inbox } from '~/api/types';
import { Tag } from '~/components/parts';

const tones = { ok: 'good', trouble: 'bad', waiting: 'warn', quiet: 'warn', disabled: '' } as const;
export const stateOf = (inbox: Inbox) => (inbox.enabled ? inbox.health.state : 'disabled');
/** A lamp with its word: the form differs by state, too, so that nobody needs the colour. */
export function Health({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const state = stateOf(inbox);
  return (
    <Tag tone={tones[state]}>
      <i className={`lamp ${state}`} aria-hidden />
      {t(`inboxes.health.${state}`)}
    </Tag>
  );
}
