import { Button } from '@mantine/core';
import { IconArrowDown } from '@tabler/icons-react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelId, ConversationDetail } from '~/api/types';
import { channelName, paint } from '~/components/Channel';
import { Failure } from '~/components/parts';
import { RailPiece } from '~/components/Rail';
import { firstName } from '~/lib/people';
import { customerTyping } from '~/lib/presence';
import { bringForward } from '~/lib/rail';
import { LogStart } from './LogStart';
import type { MessageActions } from './messageActions';
import { RowView } from './RowView';
import type { Row } from './timeline';

type Props = {
  rows: Row[];
  detail: ConversationDetail;
  only: ChannelId | undefined;
  onPick: (channel?: ChannelId) => void;
  closed: ReadonlySet<ChannelId>;
  small: boolean;
  /** Where the composer would send: its strand comes to the front at the end of the log. */
  target: ChannelId | undefined;
  loading: boolean;
  error: unknown;
  retry: () => void;
  more: { busy: boolean; load: () => void } | null;
  actions: MessageActions;
};

/** The messages. Rows measure themselves; new ones at the end are followed only by those who are at the end. */
export function Log({ rows, detail, only, onPick, closed, small, target, loading, error, retry, more, actions }: Props) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length + 2,
    getScrollElement: () => scroller.current,
    estimateSize: (i) => estimate(rows[i - 1]),
    getItemKey: (i) => (i === 0 ? 'start' : i === rows.length + 1 ? 'tail' : (rows[i - 1]?.key ?? i)),
    overscan: 6,
    anchorTo: 'end',
    scrollEndThreshold: 60,
    useAnimationFrameWithResizeObserver: true,
  });

  const opened = useRef(false);
  // Who reads the newest message stays with it, whatever grows: the log, or the composer below it.
  const near = useRef(true);
  const last = useRef({ top: 0, height: 0 });
  const newest = rows.at(-1);
  const own = newest?.piece.kind === 'pending';
  const newestKey = newest?.key;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new newest row is the occasion
  useLayoutEffect(() => {
    if (!opened.current || (!near.current && !own)) return;
    virtual.scrollToEnd();
    near.current = true;
  }, [newestKey]);
  useEffect(() => {
    const area = scroller.current;
    if (!area) return;
    const resized = new ResizeObserver(() => near.current && opened.current && virtual.scrollToEnd());
    resized.observe(area);
    return () => resized.disconnect();
  }, [virtual]);

  useLayoutEffect(() => {
    if (opened.current || loading) return;
    opened.current = true;
    const line = rows.findIndex((row) => row.piece.kind === 'unread');
    if (line < 0) virtual.scrollToEnd();
    else {
      near.current = false;
      virtual.scrollToIndex(line + 1, { align: 'center' });
    }
  }, [loading, rows, virtual]);

  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  useEffect(() => {
    if (opened.current && first <= 3 && more && !more.busy) more.load();
  }, [first, more]);

  const order = rows.at(-1)?.after ?? [];
  const next = target ? bringForward(order, target) : order;
  const row = (index: number) => {
    if (index === 0) return <LogStart detail={detail} more={more !== null} />;
    const one = rows[index - 1];
    if (one) return <RowView row={one} detail={detail} only={only} onPick={onPick} closed={closed} small={small} actions={actions} />;
    const moved = next.join() !== order.join();
    return (
      <div className={`turn tail ${moved ? 'moved' : ''}`}>
        <RailPiece before={order} after={next} end small={small} only={only} closed={closed} />
        {moved && target && (
          <div className="switch" style={paint(target)}>
            <b>{channelName(target)}</b>
            {t('thread.nextHere')}
          </div>
        )}
        <Typing detail={detail} />
      </div>
    );
  };
  return (
    <div className="logwrap">
      <div
        className="log scroll"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
        tabIndex={0}
        role="log"
        aria-label={t('thread.messages')}
        onScroll={({ currentTarget: { scrollTop, clientHeight } }) => {
          // Only a person scrolling up leaves the end; a log that grows or shrinks under them does not.
          const { top, height } = last.current;
          if (virtual.isAtEnd(80)) near.current = true;
          else if (scrollTop < top && clientHeight === height) near.current = false;
          last.current = { top: scrollTop, height: clientHeight };
        }}
      >
        {error ? (
          <Failure title={t('thread.messagesFailed')} error={error} retry={retry} />
        ) : (
          <div className="rows" style={{ height: virtual.getTotalSize() }}>
            {!loading &&
              items.map((item) => (
                <div
                  key={item.key}
                  data-index={item.index}
                  ref={virtual.measureElement}
                  className="vrow"
                  style={{ transform: `translateY(${item.start}px)` }}
                >
                  {row(item.index)}
                </div>
              ))}
          </div>
        )}
      </div>
      {opened.current && !virtual.isAtEnd(240) && (
        <Button
          className="toend"
          variant="default"
          size="xs"
          leftSection={<IconArrowDown size={14} />}
          onClick={() => virtual.scrollToEnd({ behavior: 'smooth' })}
        >
          {t('thread.toEnd')}
        </Button>
      )}
    </div>
  );
}

function Typing({ detail }: { detail: ConversationDetail }) {
  const { t } = useTranslation();
  const typing = customerTyping.use((all) => all[detail.id] ?? false);
  return typing ? <p className="typing t12 i3">{t('thread.customerTyping', { name: firstName(detail.customer) })}</p> : null;
}

/** Near enough that the scroll bar does not jump; the real height is measured. */
function estimate(row: Row | undefined) {
  const crossing = row && row.before.join() !== row.after.join() ? 40 : 0;
  switch (row?.piece.kind) {
    case 'message': {
      const text = row.piece.message.text?.length ?? 0;
      const files = row.piece.message.attachments.length > 0 ? 90 : 0;
      return crossing + files + (row.piece.same ? 43 : 67) + 21 * Math.floor(text / 62);
    }
    case 'pending':
      return crossing + 84;
    case 'day':
      return 36;
    default:
      return 30;
  }
}
