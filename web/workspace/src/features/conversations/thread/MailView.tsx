import { IconPhoto } from '@tabler/icons-react';
import { type ReactNode, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConversationDetail, Message } from '~/api/types';
import { Text } from '~/components/Text';
import { clockTime, fullTime } from '~/lib/time';
import { Attachments } from './Attachments';
import { Footnotes, Marks, Said, Versions } from './MessageParts';
import type { MessageActions } from './messageActions';
import { Receipt } from './Receipt';
import { RichView } from './RichView';

type Props = { message: Message; detail: ConversationDetail; actions: MessageActions; author: string; tools: ReactNode };
const names = (people: Message['to']) => people.map((person) => person.name ?? person.address).join(', ');

export function MailView({ message, actions, author, tools }: Props) {
  const { t } = useTranslation();
  const [earlier, setEarlier] = useState(false);
  const [original, setOriginal] = useState(false);
  const state = message.status === 'failed' ? 'failed' : message.status === 'unconfirmed' ? 'unsure' : '';
  const readers = [...message.to, ...message.cc];
  return (
    <div className={`mailrow ${message.direction === 'out' ? 'ours' : ''} ${state}`}>
      <article className="mail" aria-label={message.subject ?? t('thread.noSubject')}>
        <div className="mh">
          <div className="row">
            <b className="cut t13" dir="auto">
              {message.subject ?? t('thread.noSubject')}
            </b>
            <Marks message={message} />
            <time className="end t12 i3 num" dateTime={message.sentAt} title={fullTime(message.sentAt)}>
              {clockTime(message.sentAt)}
            </time>
          </div>
          <p className="t12 i3 cut" title={readers.map((person) => person.address).join(', ')}>
            <bdi>{author}</bdi>
            {readers.length > 0 && ` ${t('thread.mailTo', { people: names(message.to) })}`}
            {message.cc.length > 0 && ` ${t('thread.mailCc', { people: names(message.cc) })}`}
          </p>
        </div>
        {original ? (
          <OriginalMail message={message} />
        ) : (
          <div className="mb">
            <Said message={message} />
            {message.rich && !message.deletedAt && <RichView rich={message.rich} />}
            {earlier && message.hiddenText && (
              <div className="earlier">
                <Text>{message.hiddenText}</Text>
              </div>
            )}
          </div>
        )}
        <Attachments items={message.attachments.filter((file) => !(original && file.contentId))} />
        {(message.hiddenText || message.html) && !message.deletedAt && (
          <div className="mf row row-12 t12">
            {message.hiddenText && !original && (
              <button type="button" className="link" aria-expanded={earlier} onClick={() => setEarlier(!earlier)}>
                {t(earlier ? 'thread.hideEarlier' : 'thread.showEarlier')}
              </button>
            )}
            {message.html && (
              <button type="button" className="link" aria-pressed={original} onClick={() => setOriginal(!original)}>
                {t(original ? 'thread.asText' : 'thread.asSent')}
              </button>
            )}
          </div>
        )}
        {tools}
      </article>
      <Footnotes message={message} />
      <Versions message={message} />
      {message.direction === 'out' && <Receipt message={message} actions={actions} />}
    </div>
  );
}

const tallest = 1600;
const smallest = 0.6;
/**
 * The mail as its sender made it, cleaned by the server and shown in a frame without scripts or forms. Pictures from
 * elsewhere would tell the sender that the mail was read, so they wait for a click.
 */
function OriginalMail({ message }: { message: Message }) {
  const { t } = useTranslation();
  const frame = useRef<HTMLIFrameElement>(null);
  const [pictures, setPictures] = useState(false);
  const [height, setHeight] = useState(160);
  const fit = () => {
    const page = frame.current?.contentDocument;
    if (!page) return;
    // Mails are laid out in fixed widths: a wide one is drawn smaller, as far as it can still be read; beyond that one scrolls.
    const { scrollWidth, clientWidth } = page.documentElement;
    if (scrollWidth > clientWidth) page.body.style.zoom = String(Math.max(smallest, clientWidth / scrollWidth));
    setHeight(Math.min(tallest, Math.max(60, page.documentElement.scrollHeight)));
  };
  return (
    <div className="original">
      {!pictures && (
        <button type="button" className="chipb" onClick={() => setPictures(true)}>
          <IconPhoto size={16} stroke={1.6} aria-hidden />
          {t('thread.showPictures')}
        </button>
      )}
      <iframe
        ref={frame}
        title={message.subject ?? t('thread.noSubject')}
        sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"
        referrerPolicy="no-referrer"
        src={`/api/v1/messages/${message.id}/html${pictures ? '?pictures=1' : ''}`}
        style={{ height }}
        onLoad={fit}
      />
    </div>
  );
}
