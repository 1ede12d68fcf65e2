import type { CSSProperties } from 'react';
import { fileUrl } from '~/api/files';
import type { ChannelId } from '~/api/types';
import { ChannelMark } from './Channel';

const tint = (name: string) => 1 + ([...name].reduce((sum, c) => sum + (c.codePointAt(0) ?? 0), 0) % 6);
const initials = (name: string) =>
  /^[+\d]/.test(name)
    ? '#'
    : name
        .trim()
        .split(/\s+/)
        .slice(0, 2)
        .map((word) => [...word][0])
        .join('')
        .toUpperCase();

type Props = {
  name: string;
  size?: number;
  channel?: ChannelId | undefined;
  state?: 'online' | 'away' | 'busy' | undefined;
  ring?: string;
  photo?: string | null;
};
/** Six quiet tints by name; a person's colour means nothing. The name itself stands beside it, so it is hidden from readers. */
export function Avatar({ name, size = 36, channel, state, ring, photo }: Props) {
  const style = {
    width: size,
    height: size,
    fontSize: size < 20 ? 8 : Math.max(9, size * (channel ? 0.33 : 0.37)),
    ...(channel ? { paddingInlineEnd: size > 30 ? 4 : 5, paddingBottom: 3 } : {}),
    background: `var(--b-av-${tint(name)})`,
    ...(ring ? { '--ring': ring } : {}),
  } as CSSProperties;
  return (
    <span className="b-av" style={style} data-initials={initials(name) || '#'} aria-hidden>
      {photo && <img src={`${fileUrl(photo)}?size=thumb`} alt="" />}
      {channel && <ChannelMark channel={channel} size={size > 30 ? 16 : 13} kind="solid" quiet />}
      {state && <i className={state} />}
    </span>
  );
}
