import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail } from '~/api/types';
import { Bone } from '~/components/parts';
import { shortDate } from '~/lib/time';

/** Above the first message: older ones on their way, or where this conversation began and what came before it. */
export function LogStart({ detail, more }: { detail: ConversationDetail; more: boolean }) {
  const { t } = useTranslation();
  if (more)
    return (
      <div className="logstart" role="status" aria-label={t('thread.loadingOlder')}>
        <Bone w="46%" h={36} />
      </div>
    );
  return (
    <div className="logstart t12 i3">
      {t('thread.began', { date: shortDate(detail.openedAt) })}
      {detail.previousConversationId && (
        <>
          {' · '}
          <Link
            to="/inbox/$conversationId"
            params={{ conversationId: detail.previousConversationId }}
            search={(old: object) => old}
            className="link"
          >
            {t('thread.previous')}
          </Link>
        </>
      )}
    </div>
  );
}
