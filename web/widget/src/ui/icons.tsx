// 16 px grid, round strokes. The marks of channels hint at how a channel works, never at a company's logo.
const paths = {
  back: 'M9.5 3.5 5 8l4.5 4.5 M5 8h8',
  close: 'M4 4l8 8 M12 4l-8 8',
  next: 'M6 3.5 10.5 8 6 12.5',
  send: 'M13.6 2.5 2.4 7l4.7 1.9L9 13.6Z M7.1 8.9l2.6-2.6',
  clip: 'M11.6 5.6v4.9a3.6 3.6 0 0 1-7.2 0V4.7a2.4 2.4 0 0 1 4.8 0v5.6a1.2 1.2 0 0 1-2.4 0V5.8',
  file: 'M4.2 2.2h4.6l3 3v7.6a1 1 0 0 1-1 1H4.2a1 1 0 0 1-1-1V3.2a1 1 0 0 1 1-1Z M8.6 2.4v3h3',
  spark: 'M8 2.2 9.3 6.7 13.8 8 9.3 9.3 8 13.8 6.7 9.3 2.2 8 6.7 6.7Z',
  whatsapp: 'M8 2.3a5.7 5.7 0 0 0-4.9 8.6L2.4 13.6l2.8-.7A5.7 5.7 0 1 0 8 2.3Z M5 8.3l1.5 1.5 2.9-3 M9 9.4l.4.4 2.4-2.6',
  telegram: 'M13.6 2.5 2.4 7l4.7 1.9L9 13.6Z M7.1 8.9l2.6-2.6',
  email:
    'M3.4 3.4h9.2a1.3 1.3 0 0 1 1.3 1.3v6.6a1.3 1.3 0 0 1-1.3 1.3H3.4a1.3 1.3 0 0 1-1.3-1.3V4.7a1.3 1.3 0 0 1 1.3-1.3Z M2.6 5 8 8.9 13.4 5',
  sms: 'M3.6 2.8h8.8a1.3 1.3 0 0 1 1.3 1.3v5.6a1.3 1.3 0 0 1-1.3 1.3H7l-3 2.5V11h-.4a1.3 1.3 0 0 1-1.3-1.3V4.1a1.3 1.3 0 0 1 1.3-1.3Z M5.2 5.8h5.6 M5.2 8.2h3.4',
};
export type IconName = keyof typeof paths;

export const Icon = ({ name, size = 20, flip = false }: { name: IconName; size?: number; flip?: boolean }) => (
  <svg class={flip ? 'ico flip' : 'ico'} width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
    <path d={paths[name]} />
  </svg>
);

export const channelIcon = (channel: string): IconName | null =>
  ['whatsapp', 'telegram', 'email', 'sms'].includes(channel) ? (channel as IconName) : null;
