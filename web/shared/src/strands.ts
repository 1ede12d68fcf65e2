/** What both the workspace and the widget draw: a channel's hue and glyph, and the mark. */
/** A strand's colour must reach 3:1 on the surface it runs over, and 4.5:1 under its white (dark: ink) glyph. */
export const strands = {
  whatsapp: { light: '#147c48', dark: '#45c486' },
  instagram: { light: '#bf2f75', dark: '#f283b7' },
  messenger: { light: '#2a5fdb', dark: '#84a9ff' },
  telegram: { light: '#0f75ab', dark: '#56baec' },
  email: { light: '#7c5a35', dark: '#d0a77d' },
  chat: { light: '#6a48c2', dark: '#b29af7' },
  sms: { light: '#4b6078', dark: '#9ab2cb' },
  voice: { light: '#b9451c', dark: '#ff9a73' },
  line: { light: '#3c7a12', dark: '#97cf5c' },
  wechat: { light: '#5b7318', dark: '#b5cc66' },
  viber: { light: '#7a4fb0', dark: '#c3a1ee' },
  x: { light: '#3d3b37', dark: '#d6d3cc' },
  tiktok: { light: '#a3285a', dark: '#f58fb4' },
  slack: { light: '#7d3270', dark: '#dd9cd0' },
  teams: { light: '#4c53ad', dark: '#a6acf5' },
  discord: { light: '#4a55cf', dark: '#9ea7fb' },
  review: { light: '#8f5c06', dark: '#e3b055' },
  rcs: { light: '#2b6a86', dark: '#7cc0dc' },
  apple: { light: '#47607f', dark: '#a3bcda' },
  zalo: { light: '#1763a6', dark: '#74b4ee' },
  kakaotalk: { light: '#75580a', dark: '#e2c15a' },
  mattermost: { light: '#2d5d9c', dark: '#8db6ec' },
  rocketchat: { light: '#b02a3c', dark: '#f7929f' },
  zulip: { light: '#2f6f5e', dark: '#7fcbb5' },
  googlechat: { light: '#2e6b34', dark: '#86cc8b' },
  matrix: { light: '#3a4a4a', dark: '#b5c6c6' },
  xmpp: { light: '#7a3f8c', dark: '#d29fe2' },
  irc: { light: '#4f5a2b', dark: '#bcc98f' },
  signal: { light: '#3a5fc4', dark: '#9ab4f8' },
  mastodon: { light: '#5a4bb5', dark: '#b6abf9' },
  bluesky: { light: '#1569b8', dark: '#78b9f5' },
  reddit: { light: '#b5400f', dark: '#ff9f70' },
  youtube: { light: '#b3262e', dark: '#ff9492' },
  business: { light: '#2a62a8', dark: '#8cb9f2' },
  playreviews: { light: '#1c6e5a', dark: '#6dcfb3' },
  cti: { light: '#96501f', dark: '#f2ab79' },
  webform: { light: '#5d4e9e', dark: '#b7abf0' },
  custom: { light: '#5a5148', dark: '#c2b7ab' },
  api: { light: '#5c574f', dark: '#b8b4ab' },
} as const satisfies Record<string, { light: string; dark: string }>;
export type Strand = keyof typeof strands;

/** Own, neutral glyphs on a 16 px grid, 1.5 px round strokes. They hint at how a channel works, never at a company's logo. */
export const glyphs: Record<Strand, string> = {
  whatsapp: 'M8 2.3a5.7 5.7 0 0 0-4.9 8.6L2.4 13.6l2.8-.7A5.7 5.7 0 1 0 8 2.3Z M5 8.3l1.5 1.5 2.9-3 M9 9.4l.4.4 2.4-2.6',
  instagram:
    'M4.6 2.4h6.8a2.2 2.2 0 0 1 2.2 2.2v6.8a2.2 2.2 0 0 1-2.2 2.2H4.6a2.2 2.2 0 0 1-2.2-2.2V4.6a2.2 2.2 0 0 1 2.2-2.2Z M8 11 5.6 8.6a1.55 1.55 0 0 1 2.2-2.2l.2.2.2-.2a1.55 1.55 0 0 1 2.2 2.2Z',
  messenger:
    'M8 2.4c-3.4 0-5.9 2.3-5.9 5.3 0 1.6.7 3 1.9 4v2.2l2-1.1c.6.2 1.3.2 2 .2 3.4 0 5.9-2.3 5.9-5.3S11.4 2.4 8 2.4Z M5.3 7.8v.01 M8 7.8v.01 M10.7 7.8v.01',
  telegram: 'M13.6 2.5 2.4 7l4.7 1.9L9 13.6Z M7.1 8.9l2.6-2.6',
  email:
    'M3.4 3.4h9.2a1.3 1.3 0 0 1 1.3 1.3v6.6a1.3 1.3 0 0 1-1.3 1.3H3.4a1.3 1.3 0 0 1-1.3-1.3V4.7a1.3 1.3 0 0 1 1.3-1.3Z M2.6 5 8 8.9 13.4 5',
  chat: 'M3.7 2.6h8.6a1.5 1.5 0 0 1 1.5 1.5v7.8a1.5 1.5 0 0 1-1.5 1.5H3.7a1.5 1.5 0 0 1-1.5-1.5V4.1a1.5 1.5 0 0 1 1.5-1.5Z M2.4 5.6h11.2 M5 8.3h4.2 M5 10.7h2.4',
  sms: 'M3.6 2.8h8.8a1.3 1.3 0 0 1 1.3 1.3v5.6a1.3 1.3 0 0 1-1.3 1.3H7l-3 2.5V11h-.4a1.3 1.3 0 0 1-1.3-1.3V4.1a1.3 1.3 0 0 1 1.3-1.3Z M5.2 5.8h5.6 M5.2 8.2h3.4',
  voice: 'M5.7 2.5 3.6 3a1.3 1.3 0 0 0-1 1.4c.4 4.7 4.3 8.6 9 9a1.3 1.3 0 0 0 1.4-1l.5-2.1-2.9-1.4-1.4 1.3a7 7 0 0 1-3.4-3.4l1.3-1.4Z',
  line: 'M8 2.6c-3.3 0-5.8 2-5.8 4.6 0 2.3 2 4.2 4.7 4.5v1.9c2.7-1.3 6.9-3.4 6.9-6.4 0-2.6-2.5-4.6-5.8-4.6Z M5.2 7.2h5.6',
  wechat:
    'M6.3 2.7c-2.4 0-4.2 1.5-4.2 3.4 0 1.1.6 2 1.5 2.7v1.6l1.5-.9 M10 5.9c-2.2 0-3.9 1.4-3.9 3.2s1.7 3.2 3.9 3.2l.9-.1 1.5.9v-1.6c.9-.6 1.5-1.4 1.5-2.4 0-1.8-1.7-3.2-3.9-3.2Z',
  viber:
    'M4.6 2.5h6.8a2.2 2.2 0 0 1 2.2 2.2v4.1a2.2 2.2 0 0 1-2.2 2.2H8.6L6 13.5V11H4.6a2.2 2.2 0 0 1-2.2-2.2V4.7a2.2 2.2 0 0 1 2.2-2.2Z M8 5a2 2 0 0 1 2 2 M8 7v.01',
  x: 'M3 6.2h10 M3 9.8h10 M6.6 2.6 5.4 13.4 M10.6 2.6 9.4 13.4',
  tiktok:
    'M4.2 2.4h7.6a1.8 1.8 0 0 1 1.8 1.8v7.6a1.8 1.8 0 0 1-1.8 1.8H4.2a1.8 1.8 0 0 1-1.8-1.8V4.2a1.8 1.8 0 0 1 1.8-1.8Z M6.7 5.7v4.6L10.4 8Z',
  slack: 'M4 2.8v6.7A2.5 2.5 0 0 0 6.5 12h6.3 M4 4.2a2.5 2.5 0 0 0 2.5 2.5h6.3 M10.8 10l2 2-2 2',
  teams:
    'M6 7.4a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z M2.2 13c0-2 1.7-3.5 3.8-3.5S9.8 11 9.8 13 M11 7.2a1.7 1.7 0 1 0-.6-3.3 M11.6 9.6c1.3.3 2.2 1.5 2.2 3',
  discord:
    'M3 9.5V8a5 5 0 0 1 10 0v1.5 M3 8.8h1.2a.8.8 0 0 1 .8.8v2.2a.8.8 0 0 1-.8.8h-.4a.8.8 0 0 1-.8-.8Z M13 8.8h-1.2a.8.8 0 0 0-.8.8v2.2a.8.8 0 0 0 .8.8h.4a.8.8 0 0 0 .8-.8Z',
  review: 'm8 2.5 1.7 3.5 3.8.5-2.8 2.7.7 3.8L8 11.2 4.6 13l.7-3.8L2.5 6.5l3.8-.5Z',
  rcs: 'M4 2.6h8a1.6 1.6 0 0 1 1.6 1.6v5.2A1.6 1.6 0 0 1 12 11H9.6L8 13.4 6.4 11H4a1.6 1.6 0 0 1-1.6-1.6V4.2A1.6 1.6 0 0 1 4 2.6Z M5.2 8.4V6.6 M8 8.4V4.8 M10.8 8.4V5.8',
  apple:
    'M8 2.6c-3.4 0-5.9 2.1-5.9 4.9 0 1.7.9 3.1 2.4 4L4 13.5l2.6-1.3c.5.1.9.1 1.4.1 3.4 0 5.9-2.1 5.9-4.9S11.4 2.6 8 2.6Z M5.6 7.5h4.8 M8 5.2v4.6',
  zalo: 'M4.4 2.6h7.2a1.8 1.8 0 0 1 1.8 1.8v5a1.8 1.8 0 0 1-1.8 1.8H7.2l-3 2.3v-2.4A1.8 1.8 0 0 1 2.6 9.4v-5a1.8 1.8 0 0 1 1.8-1.8Z M5.8 4.9h4.4L5.8 8.9h4.4',
  kakaotalk:
    'M8 2.8c-3.3 0-5.9 2-5.9 4.5 0 1.6 1 3 2.6 3.8l-.5 2.3 2.7-1.7 1.1.1c3.3 0 5.9-2 5.9-4.5S11.3 2.8 8 2.8Z M6 5.6v3.4 M9.8 5.6 6.4 7.4l3.4 1.6',
  mattermost: 'M13.2 6A5.6 5.6 0 1 1 9 2.5 M8 5.2a2.9 2.9 0 1 0 2.8 2.2 M9.4 6.6l3-4',
  rocketchat:
    'M2.2 4.2c1.4 0 2.3.5 2.9 1.1a7.6 7.6 0 0 1 5.8 0c1.6.7 2.9 1.6 2.9 2.9 0 2.1-2.6 3.8-5.8 3.8a8 8 0 0 1-2.9-.5c-.6.6-1.5 1.1-2.9 1.1.7-.8 1-1.6 1-2.4-.7-1.3-.7-2.6 0-3.9 0-.7-.3-1.4-1-2.1Z M6 8.2h.01 M8.2 8.2h.01 M10.4 8.2h.01',
  zulip: 'M3 3h10L6.8 8H13l-10 5 3.4-5H3.2Z',
  googlechat:
    'M3.6 2.8h6.8a1.3 1.3 0 0 1 1.3 1.3v3.8a1.3 1.3 0 0 1-1.3 1.3H6.2L3.9 11V9.2h-.3A1.3 1.3 0 0 1 2.3 7.9V4.1a1.3 1.3 0 0 1 1.3-1.3Z M13.7 6.4v5.1a1.3 1.3 0 0 1-1.3 1.3h-.6v1.2l-1.6-1.2H7.2',
  matrix: 'M4.6 2.6H2.8v10.8h1.8 M11.4 2.6h1.8v10.8h-1.8 M5.6 6h.01 M8 6h.01 M10.4 6h.01 M5.6 10h.01 M8 10h.01 M10.4 10h.01',
  xmpp: 'M2.6 3.2c2 6 5.4 8.6 10.8 9.6 M13.4 3.2c-2 6-5.4 8.6-10.8 9.6 M6.4 5.2h3.2',
  irc: 'M2.4 3.4h11.2v9.2H2.4Z M5 6.2l1.9 1.8L5 9.8 M8.4 10h2.6',
  signal:
    'M8 4.2a3.8 3.8 0 0 0-3.3 5.7l-.5 2 2-.5A3.8 3.8 0 1 0 8 4.2Z M8 1.9v.01 M11.9 3.4v.01 M14 7v.01 M4.1 3.4v.01 M2 7v.01 M13.4 11.2v.01',
  mastodon:
    'M3.2 10.6V6.2a3.4 3.4 0 0 1 3.4-3.4h2.8a3.4 3.4 0 0 1 3.4 3.4v2.4c0 1.3-1 2-2.2 2H6.2 M5.9 8V6.6a1.1 1.1 0 0 1 2.1 0V8 M8 6.6a1.1 1.1 0 0 1 2.1 0V8 M3.2 10.6c.2 1.8 1.7 2.7 4 2.7 1 0 2-.1 2.8-.5',
  bluesky:
    'M8 7.4C7 5.4 4.9 3.6 3.6 3c-1-.4-1.3.3-1.3 1.3 0 2.6.7 4.2 2.9 4.2-2 .4-2.4 1.6-1.4 2.7 1.8 1.9 3.5.2 4.2-1.7.7 1.9 2.4 3.6 4.2 1.7 1-1.1.6-2.3-1.4-2.7 2.2 0 2.9-1.6 2.9-4.2 0-1-.3-1.7-1.3-1.3-1.3.6-3.4 2.4-4.4 4.4Z',
  reddit: 'M2.6 3.2h10.8 M2.6 3.2v9.6 M5.2 6.4h8.2 M5.2 6.4v6.4 M7.8 9.6h5.6 M7.8 9.6v3.2',
  youtube: 'M3.8 3.4h8.4a1.6 1.6 0 0 1 1.6 1.6v6a1.6 1.6 0 0 1-1.6 1.6H3.8A1.6 1.6 0 0 1 2.2 11V5a1.6 1.6 0 0 1 1.6-1.6Z M6.8 6v4l3.2-2Z',
  business: 'M3 6.6V13h10V6.6 M2.2 6.2 3.4 3h9.2l1.2 3.2a1.9 1.9 0 0 1-3.8 0 1.9 1.9 0 0 1-4 0 1.9 1.9 0 0 1-3.8 0Z M6.6 13v-3h2.8v3',
  playreviews: 'M3.2 2.8v10.4L12.8 8Z M3.2 2.8 9.4 9.8 M3.2 13.2l6.2-7',
  cti: 'M3.2 2.8h9.6v10.4H3.2Z M5.8 5.6h4.4 M5.8 8.4v.01 M8 8.4v.01 M10.2 8.4v.01 M5.8 10.8v.01 M8 10.8v.01 M10.2 10.8v.01',
  webform:
    'M4 2.4h8a1.3 1.3 0 0 1 1.3 1.3v8.6a1.3 1.3 0 0 1-1.3 1.3H4a1.3 1.3 0 0 1-1.3-1.3V3.7A1.3 1.3 0 0 1 4 2.4Z M5.2 5.2h5.6 M5.2 8h5.6 M5.2 10.8h2.4',
  custom: 'M6 2.4v3.2 M10 2.4v3.2 M4.2 5.6h7.6v2.2a3.8 3.8 0 0 1-7.6 0Z M8 11.6v2',
  api: 'M6 2.8c-1.6 0-2 .8-2 2v1.6c0 .9-.5 1.6-1.6 1.6 1.1 0 1.6.7 1.6 1.6v1.6c0 1.2.4 2 2 2 M10 2.8c1.6 0 2 .8 2 2v1.6c0 .9.5 1.6 1.6 1.6-1.1 0-1.6.7-1.6 1.6v1.6c0 1.2-.4 2-2 2',
};

export const strandNames: Record<Strand, string> = {
  whatsapp: 'WhatsApp',
  instagram: 'Instagram',
  messenger: 'Messenger',
  telegram: 'Telegram',
  email: 'Email',
  chat: 'Live chat',
  sms: 'SMS',
  voice: 'Call',
  line: 'LINE',
  wechat: 'WeChat',
  viber: 'Viber',
  x: 'X',
  tiktok: 'TikTok',
  slack: 'Slack',
  teams: 'Teams',
  discord: 'Discord',
  review: 'Reviews',
  rcs: 'RCS',
  apple: 'Apple Messages',
  zalo: 'Zalo',
  kakaotalk: 'KakaoTalk',
  mattermost: 'Mattermost',
  rocketchat: 'Rocket.Chat',
  zulip: 'Zulip',
  googlechat: 'Google Chat',
  matrix: 'Matrix',
  xmpp: 'XMPP',
  irc: 'IRC',
  signal: 'Signal',
  mastodon: 'Mastodon',
  bluesky: 'Bluesky',
  reddit: 'Reddit',
  youtube: 'YouTube comments',
  business: 'Google Business Profile',
  playreviews: 'Google Play reviews',
  cti: 'Phone system',
  webform: 'Web form',
  custom: 'Custom channel',
  api: 'API',
};

/** The server's channel ids name adapters; several adapters can share a strand, and one without a glyph of its own uses `api`. */
const adapters: Record<string, Strand> = {
  livechat: 'chat',
  'x-dm': 'x',
  'google-play-reviews': 'playreviews',
  'google-business-profile': 'business',
  'youtube-comments': 'youtube',
  'google-chat': 'googlechat',
  'google-rcs': 'rcs',
  'apple-messages': 'apple',
  'rocket-chat': 'rocketchat',
  'custom-http': 'custom',
  'web-form': 'webform',
  'email-webhook': 'email',
  gmail: 'email',
  'microsoft-graph-mail': 'email',
};
export const strandOf = (channel: string): Strand => adapters[channel] ?? (channel in strands ? (channel as Strand) : 'api');

/** The mark: three strands, one plait. The strand that passes below is cut, so the mark works on any ground. */
export const plait: [d: string, from: number, to: number][] = [
  ['M3 6.5C7.75 6.5 11.01 8.27 14.15 10.29M22.39 14.89C24.3 15.57 26.44 16 29 16', 6.5, 16],
  ['M3 16C15 16 18 25.5 29 25.5', 16, 25.5],
  ['M3 25.5C6.35 25.5 8.78 24.41 10.73 22.76M16.47 15.26C19.32 10.77 22.36 6.5 29 6.5', 25.5, 6.5],
];
