import { useTranslation } from 'react-i18next';
import type { Inbox } from '~/api/types';
import { Tag } from '~/components/parts';

const tones = { ok: 'good', trouble: 'bad', waiting: 'warn', disabled: '' } as const;
export function Health({ inbox }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const state = inbox.enabled ? inbox.health.state : 'disabled';
  return <Tag tone={tones[state]}>{t(`inboxes.health.${state}`)}</Tag>;
}
