import { glyphs, plait, type Strand, strandNames, strandOf } from '@braid/shared/strands';
import i18n from 'i18next';
import type { CSSProperties } from 'react';
import type { ChannelId } from '~/api/types';

export const strandColor = (channel: ChannelId) => `var(--b-ch-${strandOf(channel)})`;
export const paint = (channel: ChannelId) => ({ '--c': strandColor(channel) }) as CSSProperties;

/** Words such as email have a translation, brands have none; a channel that shares a strand (`api`) goes by its own name. */
export const channelName = (channel: ChannelId, inSentence?: boolean): string => {
  const strand = strandOf(channel);
  if (strand === 'email' || strand === 'chat' || strand === 'voice' || strand === 'custom' || strand === 'webform' || strand === 'cti')
    return i18n.t(inSentence ? `channel.mid.${strand}` : `channel.${strand}`);
  return strand === 'api' && channel !== 'api' ? channel.charAt(0).toUpperCase() + channel.slice(1) : strandNames[strand];
};

/** Where something is read in public: the place, not what is said there. */
const places: Partial<Record<Strand, string>> = { playreviews: 'Google Play', business: 'Google', youtube: 'YouTube' };
export const placeName = (channel: ChannelId) => places[strandOf(channel)] ?? channelName(channel, true);

export function Glyph({ channel, size = 16 }: { channel: ChannelId; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" className="glyph" aria-hidden>
      <path d={glyphs[strandOf(channel)]} />
    </svg>
  );
}

type MarkProps = { channel: ChannelId; size?: number; kind?: 'solid' | 'soft' | 'bare'; quiet?: boolean };
/** `solid` on avatar corners, `soft` in chips and tables, `bare` in running text. `quiet` where the name stands beside it. */
export function ChannelMark({ channel, size = 20, kind = 'soft', quiet }: MarkProps) {
  const name = channelName(channel);
  const style = { '--c': strandColor(channel), width: size, height: size, borderRadius: size * 0.3 } as CSSProperties;
  return (
    <span
      className={`b-mark b-mark-${kind}`}
      style={style}
      title={quiet ? undefined : name}
      {...(quiet ? { 'aria-hidden': true } : { role: 'img', 'aria-label': name })}
    >
      <Glyph channel={channel} size={Math.round(size * (kind === 'bare' ? 1 : 0.7))} />
    </span>
  );
}

/** The list's short form of the braid: a tick per further channel. */
export function StrandTicks({ channels, label }: { channels: ChannelId[]; label: string }) {
  if (channels.length === 0) return null;
  return (
    <span className="strandset" role="img" aria-label={label} title={label}>
      {channels.map((channel) => (
        <i key={channel} style={paint(channel)} />
      ))}
    </span>
  );
}

export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" role="img" aria-label="Braid">
      {plait.map(([d, from, to], i) => (
        <g key={d} fill={`var(--b-logo-${i + 1})`}>
          <path d={d} fill="none" stroke={`var(--b-logo-${i + 1})`} strokeWidth={4.6} />
          <circle cx={3} cy={from} r={2.3} />
          <circle cx={29} cy={to} r={2.3} />
        </g>
      ))}
    </svg>
  );
}

/** Three strands that have not met yet: the empty state's only picture. */
export function LooseStrands() {
  const over = { stroke: 'var(--b-ground, var(--b-canvas))', strokeWidth: 13, strokeLinecap: 'butt' } as const;
  return (
    <svg width={132} height={60} viewBox="0 0 132 60" fill="none" strokeWidth={4} strokeLinecap="round" aria-hidden>
      <path d="M6 50C50 50 66 12 126 12" stroke="var(--b-logo-3)" strokeDasharray=".1 9" />
      <path d="M6 12c44 0 60 18 120 18" {...over} />
      <path d="M6 12c44 0 60 18 120 18" stroke="var(--b-logo-1)" />
      <path d="M6 31c44 0 60 18 120 18" {...over} />
      <path d="M6 31c44 0 60 18 120 18" stroke="var(--b-logo-2)" />
    </svg>
  );
}
