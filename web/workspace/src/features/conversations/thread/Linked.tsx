import { IconLock, IconWorld } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { Activity, ConversationDetail } from '~/api/types';

/** A public comment and the private talk it led to are two conversations; each shows the way to the other. */
export function Linked({ detail, activities }: { detail: ConversationDetail; activities: Activity[] }) {
  const { t } = useTranslation();
  const to = activities.filter((one) => one.kind === 'conversation.linked').at(-1)?.data.conversationId;
  if (!to) return null;
  const here = detail.audience === 'public';
  const Icon = here ? IconLock : IconWorld;
  return (
    <p className="linked t13">
      <Icon size={15} stroke={1.7} aria-hidden />
      <span className="grow">{t(here ? 'linked.private' : 'linked.public')}</span>
      <Link to="/inbox/$conversationId" params={{ conversationId: to }} search={(old: object) => old} className="link">
        {t(here ? 'linked.toPrivate' : 'linked.toPublic')}
      </Link>
    </p>
  );
}
