import type { Words } from '../i18n';
import { linkify, safeFile } from '../linkify';
import type { Outgoing } from '../outbox';
import type { FileInfo } from '../protocol';
import type { Line } from '../thread';
import type { Shared } from './App';
import { Icon } from './icons';
import { Avatar } from './parts';

/** Text only: what looks like HTML is shown as it was typed. */
export function Text({ text }: { text: string }) {
  return (
    <span class="text" dir="auto">
      {linkify(text).map((piece, i) =>
        piece.href ? (
          <a key={i} href={piece.href} target="_blank" rel="noopener noreferrer nofollow ugc" dir="ltr">
            {piece.text}
          </a>
        ) : (
          piece.text
        ),
      )}
    </span>
  );
}

const pictures = /^image\/(png|jpeg|gif|webp|avif)$/i;

export function Files({ files, words }: { files: FileInfo[]; words: Words }) {
  return (
    <>
      {files.map((file) => {
        const href = safeFile(file.url);
        const name = file.name ?? words.t('attach');
        if (href && pictures.test(file.contentType ?? '')) {
          return (
            <a key={file.id} class="pic" href={href} target="_blank" rel="noopener noreferrer">
              <img src={href} alt={name} loading="lazy" />
            </a>
          );
        }
        const inside = (
          <>
            <Icon name="file" size={18} />
            <bdi class="cut grow">{name}</bdi>
            {file.size !== null && <span class="size">{words.size(file.size)}</span>}
          </>
        );
        return href ? (
          <a key={file.id} class="file" href={href} target="_blank" rel="noopener noreferrer" download>
            {inside}
          </a>
        ) : (
          <span key={file.id} class="file">
            {inside}
          </span>
        );
      })}
    </>
  );
}

export function Bubble({
  line,
  author,
  receipt,
  words,
}: {
  line: Extract<Line, { kind: 'message' }>;
  author: string;
  receipt: boolean;
  words: Words;
}) {
  const { message, first } = line;
  const own = message.from === 'visitor';
  const at = new Date(message.at);
  return (
    <div class={own ? 'turn own' : 'turn'}>
      {first && !own && (
        <div class="who">
          <Avatar name={author} ai={message.from === 'ai'} />
          <bdi>{author}</bdi>
          {message.from === 'ai' && !author.toLowerCase().includes(words.t('ai').toLowerCase()) && <span>{words.t('ai')}</span>}
          <time dateTime={message.at}>{words.time(at)}</time>
        </div>
      )}
      {own && <span class="sr">{words.t('you')}:</span>}
      {message.deleted ? (
        <p class="gone">{words.t('deleted')}</p>
      ) : (
        <div class={`${own ? 'me' : 'them'}${first ? '' : ' more'}`} title={words.time(at)}>
          {message.text && <Text text={message.text} />}
          <Files files={message.files} words={words} />
          {message.edited && <span class="edited">{words.t('edited')}</span>}
        </div>
      )}
      {receipt && (
        <span class="rx">
          <time dateTime={message.at}>{words.time(at)}</time> {words.t(message.status === 'seen' ? 'seen' : 'sent')}
        </span>
      )}
    </div>
  );
}

/** What is on its way, or was refused: the way out stands beside it. */
export function Waiting({ item, chat, state, words }: Shared & { item: Outgoing }) {
  const { t } = words;
  const reason = item.failed && ['too_long', 'empty', 'files', 'blocked', 'email'].includes(item.failed) ? t(item.failed as 'empty') : '';
  return (
    <div class="turn own">
      <span class="sr">{t('you')}:</span>
      <div class={item.failed ? 'me failed' : 'me waiting'}>
        {item.text && <Text text={item.text} />}
        <Files files={item.files} words={words} />
      </div>
      {item.failed ? (
        <span class="rx bad">
          {t('notSent')} {reason}{' '}
          <button type="button" class="link" onClick={() => chat.retry(item.clientId)}>
            {t('tryAgain')}
          </button>{' '}
          <button type="button" class="link" onClick={() => chat.discard(item.clientId)}>
            {t('discard')}
          </button>
        </span>
      ) : (
        <span class="rx">{state.link === 'lost' ? t('queued') : t('sending')}</span>
      )}
    </div>
  );
}
