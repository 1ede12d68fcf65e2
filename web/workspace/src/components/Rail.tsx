import { strandOf } from '@braid/shared/strands';
import type { ChannelId } from '~/api/types';
import type { Order } from '~/lib/rail';
import { strandColor } from './Channel';

/** Mixed with the surface rather than made transparent: cheaper to paint, and crossings stay clean. */
const faded = (channel: ChannelId, part: number) =>
  part === 1 ? strandColor(channel) : `color-mix(in srgb, ${strandColor(channel)} ${part * 100}%, var(--b-surface))`;
const bend = 34;
const sizes = { wide: { step: 9, front: 32 }, small: { step: 5, front: 20 } };

export type RailNode = { kind: 'in' | 'out' | 'ai' | 'note' | 'event'; y: number };
type Props = {
  before: Order;
  after: Order;
  node?: RailNode | undefined;
  only?: ChannelId | undefined;
  closed?: ReadonlySet<ChannelId>;
  end?: boolean;
  small?: boolean;
};

/**
 * One row's piece of the braid. Each row draws its own, so the rail works in a virtual list and never measures anything.
 * The strand in use runs in front, nearest the messages; a switch brings another forward, over those it passes.
 */
export function RailPiece({ before, after, node, only, closed, end, small }: Props) {
  const { step, front } = sizes[small ? 'small' : 'wide'];
  const x = (order: Order, channel: ChannelId) => front - (order.length - 1 - order.indexOf(channel)) * step;
  const active = after.at(-1);
  const seen = (channel: ChannelId) => (only && only !== channel ? 0.22 : channel === active ? 1 : 0.55);
  const moved = before.join() !== after.join();
  // Strands that step back are drawn first; the one coming forward crosses over them with a gap.
  const drawn = [...after].sort((a, b) => Number(a === active) - Number(b === active));
  return (
    <svg className="rail" aria-hidden>
      {drawn.map((channel) => {
        const fresh = !before.includes(channel);
        const x2 = x(after, channel);
        const x1 = fresh ? x2 : x(before, channel);
        const color = faded(channel, seen(channel));
        const dash = closed?.has(channel) ? '1 5' : undefined;
        const curve = `M${x1} 0C${x1} ${bend * 0.62} ${x2} ${bend * 0.38} ${x2} ${bend}`;
        return (
          <g
            key={channel}
            data-strand={strandOf(channel)}
            stroke={color}
            strokeWidth={channel === active ? 3 : 2}
            fill="none"
            strokeLinecap="round"
          >
            {moved && !fresh && (
              <>
                {channel === active && <path d={curve} stroke="var(--b-surface)" strokeWidth={8} strokeLinecap="butt" />}
                <path d={curve} strokeDasharray={channel === active ? undefined : dash} />
              </>
            )}
            <line
              x1={x2}
              x2={x2}
              y1={fresh ? bend - 4 : moved ? bend : 0}
              y2={end && channel !== active ? 6 : '100%'}
              strokeDasharray={dash}
              strokeLinecap={dash || end ? 'round' : 'butt'}
            />
            {fresh && <circle cx={x2} cy={bend - 4} r={2.5} fill={color} stroke="none" />}
          </g>
        );
      })}
      {node && active && <Node {...node} x={front} color={faded(active, seen(active))} />}
    </svg>
  );
}

function Node({ kind, x, y, color }: RailNode & { x: number; color: string }) {
  switch (kind) {
    case 'in':
      return <circle cx={x} cy={y} r={5} fill={color} stroke="var(--b-surface)" strokeWidth={2.5} />;
    case 'out':
      return (
        <>
          <circle cx={x} cy={y} r={6.5} fill="var(--b-surface)" />
          <circle cx={x} cy={y} r={4} fill="var(--b-surface)" stroke={color} strokeWidth={2} />
        </>
      );
    case 'ai': {
      const spark = `M${x} ${y - 6.5}l2 4.5 4.5 2-4.5 2-2 4.5-2-4.5-4.5-2 4.5-2Z`;
      return <path d={spark} fill={color} stroke="var(--b-surface)" strokeWidth={2} paintOrder="stroke" />;
    }
    case 'note':
      return <rect x={x - 4} y={y - 4} width={8} height={8} rx={2} fill="var(--b-note-mark)" stroke="var(--b-surface)" strokeWidth={2} />;
    case 'event':
      return <circle cx={x} cy={y} r={2.5} fill="var(--b-surface)" stroke="var(--b-ink-3)" strokeWidth={1.5} />;
  }
}
