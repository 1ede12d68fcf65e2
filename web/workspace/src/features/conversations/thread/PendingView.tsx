import { IconClock, IconInfoCircle, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useSession } from '~/api/session';
import { Tag } from '~/components/parts';
import type { OutboxEntry } from '~/lib/outbox';
import { clockTime } from '~/lib/time';
import type { MessageActions } from './messageActions';
import { RichView } from './RichView';

/** Written here and not yet known to be with the server. */
export function PendingView({ entry, actions }: { entry: OutboxEntry; actions: MessageActions }) {
  const { t } = useTranslation();
  const { me } = useSession();
  const stuck = entry.state === 'refused' || entry.state === 'conflict';
  const way = (label: string, run: () => void) => (
    <button type="button" className="link" onClick={run}>
      {label}
    </button>
  );
  return (
    <div className={`msg ours ${stuck ? 'failed' : 'waiting'}`}>
      <div className="by">
        {entry.body.private && <IconLock size={13} aria-hidden />}
        <b>
          <bdi>{me.name}</bdi>
        </b>
        <span className="num">{clockTime(entry.createdAt)}</span>
        {entry.body.privateReplyTo && (
          <Tag>
            <IconLock size={12} aria-hidden />
            {t('thread.answersComment')}
          </Tag>
        )}
      </div>
      <div className="bub" dir="auto">
        {entry.body.text || entry.body.template?.name}
        {entry.body.rich && <RichView rich={entry.body.rich} />}
        {entry.attachmentNames.map((name) => (
          <div key={name} className="t12 i2">
            <bdi>{name}</bdi>
          </div>
        ))}
      </div>
      {stuck ? (
        <div className="failbar" role="alert">
          <IconInfoCircle size={15} aria-hidden />
          <span className="grow" dir="auto">
            {t(entry.state === 'conflict' ? 'send.conflict' : 'send.refused', { reason: entry.reason ?? '' })}
          </span>
          <span className="row row-12">
            {entry.state === 'conflict' && way(t('send.anyway'), () => actions.sendAnyway(entry.clientId))}
            {way(t('send.edit'), () => actions.editPending(entry.clientId))}
            {way(t('send.discard'), () => actions.discardPending(entry.clientId))}
          </span>
        </div>
      ) : (
        <span className="rx">
          <IconClock size={14} aria-hidden />
          {t(entry.state === 'sending' ? 'send.sending' : 'send.waiting')}
          {entry.state === 'waiting' && way(t('send.takeBack'), () => actions.editPending(entry.clientId))}
        </span>
      )}
    </div>
  );
}
