import { ActionIcon, Tooltip } from '@mantine/core';
import { IconCornerUpLeft, IconLock, IconRoute, IconSparkles } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannel } from '~/api/channels';
import { useMay } from '~/api/session';
import type { ConversationDetail, Message } from '~/api/types';
import { CopyButton } from '~/components/parts';
import { Text } from '~/components/Text';
import { clockTime, fullTime } from '~/lib/time';
import { Attachments } from './Attachments';
import { isPublic } from './acts';
import { CallCard } from './CallCard';
import { MailView } from './MailView';
import { ActsMenu, CommentBar, ConfirmDelete, EditBox, ReactButton, Refused } from './MessageActs';
import { Footnotes, Marks, Said, Stars, Versions } from './MessageParts';
import { authorOf, isMail } from './message';
import type { MessageActions } from './messageActions';
import { Receipt } from './Receipt';
import { RichView } from './RichView';

type Props = { message: Message; same: boolean; last: boolean; detail: ConversationDetail; actions: MessageActions };

export function MessageView(props: Props) {
  const { message } = props;
  if (message.private || message.kind === 'note') return <NoteView message={message} />;
  if (message.kind === 'call' && !message.deletedAt) return <CallCard message={message} author={authorOf(message, props.detail)} />;
  return isMail(message) ? (
    <MailView {...props} author={authorOf(message, props.detail)} tools={<Tools {...props} />} />
  ) : (
    <BubbleView {...props} />
  );
}

function NoteView({ message }: { message: Message }) {
  const { t } = useTranslation();
  return (
    <div className="noterow">
      <div className="note">
        <div className="by">
          <IconLock size={13} aria-hidden />
          <b>
            <bdi>{message.author.name}</bdi>
          </b>
          <span className="cut">{t('thread.noteLabel')}</span>
          <time className="end num" dateTime={message.sentAt} title={fullTime(message.sentAt)}>
            {clockTime(message.sentAt)}
          </time>
        </div>
        {message.text && (
          <p>
            <Text>{message.text}</Text>
          </p>
        )}
        <Attachments items={message.attachments} />
      </div>
    </div>
  );
}

function BubbleView({ message, same, last, detail, actions }: Props) {
  const ours = message.direction === 'out';
  const [editing, setEditing] = useState(false);
  const [deleting, setDeleting] = useState(false);
  const inPublic = isPublic(message);
  const ai = message.author.kind === 'ai';
  const state = message.status === 'failed' ? 'failed' : message.status === 'unconfirmed' ? 'unsure' : '';
  const tellsState = last || message.status === 'failed' || message.status === 'unconfirmed' || message.undoUntil !== null;
  return (
    <div
      className={`msg ${ours ? 'ours' : ''} ${ai ? 'ai' : ''} ${same ? 'same' : ''} ${state} ${inPublic ? 'inpublic' : ''} ${message.hiddenAt ? 'hidden' : ''}`}
    >
      {!same && (
        <div className="by">
          {ai && <IconSparkles size={14} aria-hidden className="accent-ink" />}
          <b>
            <bdi>{authorOf(message, detail)}</bdi>
          </b>
          <time className="num" dateTime={message.sentAt} title={fullTime(message.sentAt)}>
            {clockTime(message.sentAt)}
          </time>
          <Marks message={message} />
        </div>
      )}
      <div className="bubrow">
        {editing ? (
          <EditBox message={message} actions={actions} onClose={() => setEditing(false)} />
        ) : (
          <>
            <div className="bub" tabIndex={-1} title={same ? fullTime(message.sentAt) : undefined}>
              <Quote message={message} />
              {message.rating !== null && <Stars rating={message.rating} />}
              {message.rich?.header && (
                <b className="block" dir="auto">
                  {message.rich.header}
                </b>
              )}
              <Said message={message} />
              {!message.deletedAt && <Attachments items={message.attachments} />}
              {message.rich && !message.deletedAt && <RichView rich={message.rich} />}
              <Reactions message={message} />
            </div>
            <Tools message={message} actions={actions} onEdit={() => setEditing(true)} onDelete={() => setDeleting(true)} />
          </>
        )}
      </div>
      {same && <MarksBelow message={message} />}
      <Footnotes message={message} />
      {inPublic && !message.deletedAt && <CommentBar message={message} actions={actions} onDelete={() => setDeleting(true)} />}
      <Refused message={message} actions={actions} />
      {deleting && <ConfirmDelete message={message} actions={actions} open onClose={() => setDeleting(false)} />}
      <Versions message={message} />
      {ours && tellsState && <Receipt message={message} actions={actions} />}
    </div>
  );
}

const MarksBelow = ({ message }: { message: Message }) =>
  message.senderUnverified || message.late || message.answersComment || message.kind === 'autoReply' || message.kind === 'bounce' ? (
    <span className="row row-4 marks">
      <Marks message={message} />
    </span>
  ) : null;

function Quote({ message }: { message: Message }) {
  const { t } = useTranslation();
  if (!message.replyTo) return null;
  return (
    <blockquote className="quote t13">
      {message.replyTo.author && (
        <b>
          <bdi>{message.replyTo.author}</bdi>
        </b>
      )}
      <span className="cut2" dir="auto">
        {message.replyTo.text ?? t('thread.quoteGone')}
      </span>
    </blockquote>
  );
}

function Reactions({ message }: { message: Message }) {
  if (message.reactions.length === 0) return null;
  const groups = new Map<string, string[]>();
  for (const { emoji, by } of message.reactions) groups.set(emoji, [...(groups.get(emoji) ?? []), ...(by ? [by] : [])]);
  return (
    <span className="reactions">
      {[...groups].map(([emoji, people]) => (
        <span key={emoji} title={people.join(', ')}>
          {emoji}
          {people.length > 1 && <span className="num t12">{people.length}</span>}
        </span>
      ))}
    </span>
  );
}

/** Beside the message under the pointer or with the focus in it. */
type ToolProps = Pick<Props, 'message' | 'actions'> & { onEdit?: () => void; onDelete?: () => void };
function Tools({ message, actions, onEdit, onDelete }: ToolProps) {
  const { t } = useTranslation();
  const seesDeliveries = useMay('deliveries.read');
  const replies = useChannel(message.channel ?? undefined)?.capabilities.replies ?? false;
  if (message.deletedAt) return null;
  return (
    <span className="tools">
      <ReactButton message={message} actions={actions} />
      {replies && message.threadId && (
        <Tooltip label={t('do.replyTo')}>
          <ActionIcon size={28} aria-label={t('do.replyTo')} onClick={() => actions.reply(message)}>
            <IconCornerUpLeft size={16} stroke={1.7} className="flips" />
          </ActionIcon>
        </Tooltip>
      )}
      {message.text && <CopyButton value={message.text} label={t('do.copyText')} />}
      {seesDeliveries && message.deliveryId && (
        <Tooltip label={t('do.trace')}>
          <ActionIcon
            size={28}
            component={Link}
            to="/deliveries/$deliveryId"
            params={{ deliveryId: message.deliveryId } as never}
            aria-label={t('do.trace')}
          >
            <IconRoute size={16} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      )}
      {onEdit && onDelete && <ActsMenu message={message} onEdit={onEdit} onDelete={onDelete} />}
    </span>
  );
}
