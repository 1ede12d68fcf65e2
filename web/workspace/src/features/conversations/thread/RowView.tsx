import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelId, ConversationDetail } from '~/api/types';
import { channelName, paint } from '~/components/Channel';
import { type RailNode, RailPiece } from '~/components/Rail';
import { clockTime, dayName, span } from '~/lib/time';
import { Activities } from './Activities';
import { MessageView } from './MessageView';
import { isMail } from './message';
import type { MessageActions } from './messageActions';
import { PendingView } from './PendingView';
import type { Piece, Row } from './timeline';

type Props = {
  row: Row;
  detail: ConversationDetail;
  only: ChannelId | undefined;
  onPick: (channel?: ChannelId) => void;
  closed: ReadonlySet<ChannelId>;
  small: boolean;
  actions: MessageActions;
};
const crossingHeight = 40;

export const RowView = memo(
  function RowView({ row, detail, only, onPick, closed, small, actions }: Props) {
    const { t } = useTranslation();
    const { piece, before, after, channel, switched, gap } = row;
    const crossing = before.join() !== after.join();
    const node = nodeOf(piece);
    const threadId =
      piece.kind === 'message' ? piece.message.threadId : piece.kind === 'pending' ? piece.entry.body.channelThreadId : undefined;
    const address = detail.threads.find((thread) => thread.id === threadId)?.address;
    const time = piece.kind === 'message' ? clockTime(piece.message.sentAt) : undefined;
    return (
      <div className="turn">
        <RailPiece
          before={before}
          after={after}
          node={node && { ...node, y: node.y + (crossing ? crossingHeight : 0) }}
          only={only}
          closed={closed}
          small={small}
        />
        {channel && (
          <button
            type="button"
            tabIndex={-1}
            className="hit"
            title={[channelName(channel), time, address].filter(Boolean).join(', ')}
            aria-label={t('thread.onlyThis', { channel: channelName(channel) })}
            onClick={() => onPick(channel)}
          />
        )}
        {switched && channel ? (
          <div className="switch" style={paint(channel)}>
            <b>{channelName(channel)}</b>
            {gap !== null && gap > 60_000 && <bdi>{t('thread.later', { time: span(gap) })}</bdi>}
            {address && (
              <span className="cut end">
                <bdi dir="ltr">{address}</bdi>
              </span>
            )}
          </div>
        ) : (
          crossing && <div className="switch" />
        )}
        <PieceView piece={piece} detail={detail} actions={actions} onPick={onPick} />
      </div>
    );
  },
  (a, b) =>
    a.row.piece === b.row.piece &&
    a.row.before.join() === b.row.before.join() &&
    a.row.after.join() === b.row.after.join() &&
    a.row.gap === b.row.gap &&
    a.row.switched === b.row.switched &&
    a.detail === b.detail &&
    a.only === b.only &&
    a.small === b.small,
);

function PieceView({ piece, detail, actions, onPick }: { piece: Piece } & Pick<Props, 'detail' | 'actions' | 'onPick'>) {
  const { t } = useTranslation();
  switch (piece.kind) {
    case 'day':
      return (
        <div className="day">
          <span>{dayName(piece.at)}</span>
        </div>
      );
    case 'unread':
      return (
        <div className="unread-line">
          <span>{t('thread.newSince', { time: clockTime(piece.at) })}</span>
        </div>
      );
    case 'activities':
      return <Activities items={piece.items} />;
    case 'folded':
      return (
        <button type="button" className="fold" onClick={() => onPick(undefined)}>
          {t('thread.folded', { count: piece.count, channels: piece.channels.map((channel) => channelName(channel)).join(', ') })}
        </button>
      );
    case 'pending':
      return <PendingView entry={piece.entry} actions={actions} />;
    case 'message':
      return <MessageView message={piece.message} same={piece.same} last={piece.last} detail={detail} actions={actions} />;
  }
}

/** The first line of the message's text is the node's height. */
function nodeOf(piece: Piece): RailNode | undefined {
  switch (piece.kind) {
    case 'message': {
      const { message, same } = piece;
      if (message.private) return { kind: 'note', y: 24 };
      const kind = message.direction === 'in' ? 'in' : message.author.kind === 'ai' ? 'ai' : 'out';
      return { kind, y: isMail(message) || message.kind === 'call' ? 24 : same ? 22 : 46 };
    }
    case 'pending':
      return piece.entry.body.private ? { kind: 'note', y: 24 } : { kind: 'out', y: 46 };
    case 'activities':
      return { kind: 'event', y: 15 };
    default:
      return undefined;
  }
}
