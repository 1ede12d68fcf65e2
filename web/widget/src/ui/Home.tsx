import { lastOfOurs } from '../thread';
import { placeToWrite, type Shared } from './App';
import { Icon } from './icons';
import { Avatar, Elsewhere, IconButton } from './parts';

export function Home({ state, words, go, onClose }: Shared) {
  const { t } = words;
  const config = state.config;
  if (!config) return null;
  const last = state.messages.findLast((m) => m.kind !== 'joined' && !m.deleted);
  const names = [...new Set(state.messages.filter((m) => m.from === 'agent' && m.name).map((m) => m.name ?? ''))].slice(-3);
  const started = state.asked || last !== undefined;
  return (
    <>
      <div class="hero">
        <div class="row">
          <span class="row crowd">
            {names.length > 0 ? names.map((name) => <Avatar key={name} name={name} size={34} />) : <b dir="auto">{config.name}</b>}
          </span>
          {onClose && <IconButton icon="close" label={t('close')} onClick={onClose} />}
        </div>
        <h1>{config.online ? <bdi>{config.greeting ?? t('hello')}</bdi> : awayTitle(words, config.backAt)}</h1>
        <p>
          {config.online ? availability(words, config.replySeconds) : <bdi>{config.offlineText ?? awayHint(words, config.backAt)}</bdi>}
        </p>
      </div>
      <div class="body cards">
        <button type="button" class="card" data-focus onClick={() => go(placeToWrite(state))}>
          <span class="grow">
            <b>{started ? t('resume') : config.online ? t('ask') : t('sendMessage')}</b>
            <span class="second cut" dir="auto">
              {last
                ? `${last.from === 'visitor' ? t('you') : (lastOfOurs(state.messages)?.name ?? config.name)}: ${last.text ?? last.files[0]?.name ?? ''}`
                : t('askHint')}
            </span>
          </span>
          {state.unread > 0 && (
            <span class="count">
              <span class="sr">{t('newMessages', { n: words.number(state.unread) })}</span>
              <span aria-hidden="true">{words.number(state.unread)}</span>
            </span>
          )}
          <Icon name="send" size={18} flip />
        </button>
        {state.continueOn.length > 0 && (
          <div class="card stack">
            <b>{t('ownApp')}</b>
            <div class="row wrap">
              <Elsewhere links={state.continueOn} words={words} />
            </div>
          </div>
        )}
      </div>
    </>
  );
}

export const availability = (words: Shared['words'], seconds: number | null) =>
  seconds === null ? words.t('here') : words.t('replyIn', { time: words.span(seconds) });

export const awayTitle = (words: Shared['words'], backAt: string | null) =>
  backAt ? words.t('backAt', { time: words.moment(new Date(backAt)) }) : words.t('offlineTitle');

export const awayHint = (words: Shared['words'], backAt: string | null) =>
  (backAt ? `${words.t('backIn', { in: words.until(new Date(backAt)) })} ` : '') + words.t('offlineHint');
