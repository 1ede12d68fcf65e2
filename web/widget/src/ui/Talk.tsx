import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Message } from '../protocol';
import { lines } from '../thread';
import type { Shared } from './App';
import { Bubble, Waiting } from './Bubble';
import { Composer } from './Composer';
import { Avatar, Elsewhere, IconButton } from './parts';

export function Talk(shared: Shared) {
  const { chat, state, words, go, onClose } = shared;
  const { t } = words;
  const name = state.config?.name ?? '';
  const log = useRef<HTMLDivElement>(null);
  const bottom = useRef(true);
  const tall = useRef(0);
  const agent = state.messages.findLast((m) => m.kind === 'joined' || m.from === 'agent' || m.from === 'ai');
  const left = state.messages.length > 0 || state.pending.length > 0;

  // New messages scroll into sight only for who reads at the end; older ones loaded above leave the view where it was.
  useLayoutEffect(() => {
    const box = log.current;
    if (!box) return;
    if (bottom.current) box.scrollTop = box.scrollHeight;
    else if (tall.current && box.scrollTop < 40) box.scrollTop += box.scrollHeight - tall.current;
    tall.current = box.scrollHeight;
  }, [state.messages, state.pending, state.typing]);

  // A picture that loads late, or a keyboard that opens, must not push the newest message out of sight.
  useEffect(() => {
    const box = log.current;
    if (!box || typeof ResizeObserver === 'undefined') return;
    const stay = new ResizeObserver(() => {
      if (bottom.current) box.scrollTop = box.scrollHeight;
    });
    stay.observe(box);
    if (box.firstElementChild) stay.observe(box.firstElementChild);
    return () => stay.disconnect();
  }, []);

  const onScroll = (event: Event) => {
    const box = event.currentTarget as HTMLElement;
    bottom.current = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
    if (box.scrollTop < 40 && state.more) void chat.loadOlder();
  };

  const ownLast = state.pending.length > 0 ? undefined : state.messages.findLast((m) => m.from === 'visitor')?.id;
  const author = (m: Message) => m.name ?? (m.from === 'ai' ? t('ai') : name);
  return (
    <>
      <header class="head">
        <IconButton icon="back" flip label={t('back')} onClick={() => go('home')} />
        {agent && <Avatar name={author(agent)} ai={agent.from === 'ai'} size={32} />}
        <span class="grow">
          <b class="cut">{agent?.from === 'agent' ? t('agentAt', { agent: author(agent), name }) : name}</b>
          <span class="sub cut">{status(shared)}</span>
        </span>
        {onClose && <IconButton icon="close" label={t('close')} onClick={onClose} />}
      </header>
      {state.link === 'lost' && (
        <p class="strip" role="status">
          {t(state.expired ? 'signIn' : 'lost')}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scroll area must be reachable by keyboard */}
      <div class="body log" ref={log} role="log" aria-label={t('messages')} tabIndex={0} onScroll={onScroll}>
        <div class="lines">
          {state.more && (
            <button type="button" class="quiet" onClick={() => void chat.loadOlder()}>
              {t('older')}
            </button>
          )}
          {!state.more && state.config && (
            <p class="them hello" dir="auto">
              {state.config.greeting ?? t('hello')}
            </p>
          )}
          {lines(state.messages).map((line) =>
            line.kind === 'day' ? (
              <p class="day" key={line.key}>
                {words.day(new Date(line.at))}
              </p>
            ) : line.kind === 'joined' ? (
              <p class="event" key={line.key}>
                <span>{t('joined', { name: line.name || t('someone') })}</span>
              </p>
            ) : (
              <Bubble key={line.key} line={line} author={author(line.message)} receipt={line.message.id === ownLast} words={words} />
            ),
          )}
          {state.pending.map((item) => (
            <Waiting key={item.clientId} item={item} {...shared} />
          ))}
          {state.typing !== null && (
            <div class="them typing">
              <i />
              <i />
              <i />
              <span class="sr">{t('typing', { name: state.typing || t('someone') })}</span>
            </div>
          )}
        </div>
      </div>
      {state.config?.online === false && left ? (
        <div class="move">
          <span class="grow">{state.answerTo ? t('willEmail', { email: state.answerTo }) : t('awaySoon')}</span>
          {!state.answerTo && (
            <button type="button" class="ch" onClick={() => go('offline')}>
              {t('byEmail')}
            </button>
          )}
        </div>
      ) : (
        left &&
        state.continueOn.length > 0 && (
          <div class="move">
            <span class="grow">{t('leaving')}</span>
            <Elsewhere links={state.continueOn.slice(0, 2)} words={words} />
          </div>
        )
      )}
      <Composer {...shared} />
    </>
  );
}

function status({ state, words }: Shared) {
  const { online, replySeconds, backAt } = state.config ?? { online: false, replySeconds: null, backAt: null };
  if (!online) return backAt ? words.t('backAt', { time: words.moment(new Date(backAt)) }) : words.t('offlineTitle');
  return replySeconds === null ? words.t('here') : words.t('replyInShort', { time: words.span(replySeconds) });
}
