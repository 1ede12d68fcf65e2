// The composer: where the answer leaves, what is in it, and when it may go. Longer than most files, because its states depend on each other.
import { ActionIcon, Button, Menu, Tooltip } from '@mantine/core';
import {
  IconCheck,
  IconChevronDown,
  IconInfoCircle,
  IconLock,
  IconMessage2,
  IconPaperclip,
  IconSend2,
  IconTemplate,
  IconUsers,
  IconX,
} from '@tabler/icons-react';
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  type Ref,
  useEffect,
  useImperativeHandle,
  useLayoutEffect,
  useRef,
  useState,
} from 'react';
import { useTranslation } from 'react-i18next';
import { useChannel } from '~/api/channels';
import { useHabits } from '~/api/customers/habits';
import { useMay } from '~/api/session';
import type { ConversationDetail, Message, Outgoing } from '~/api/types';
import { channelName, paint } from '~/components/Channel';
import { showKeys } from '~/lib/actions';
import { isCall } from '~/lib/channels';
import type { Outbox } from '~/lib/outbox';
import { firstName } from '~/lib/people';
import { signals } from '~/lib/presence';
import { ChannelButton } from './ChannelMenu';
import type { Draft } from './draft';
import { EmojiButton } from './Emoji';
import { FileList, useUploads } from './Files';
import { Blocked, Line, PrivateLine, PublicLine } from './lines';
import { AddMenu, RichEditor } from './RichEditor';
import { RichPreview } from './RichPreview';
import { finished, problemOf } from './rich';
import { SavedReplies } from './SavedReplies';
import { TemplatePicker } from './TemplatePicker';
import { addressOf, type Target } from './targets';
import { blockReason, WindowNote } from './window';

export type ComposerHandle = {
  write: (note: boolean) => void;
  restore: (draft: Partial<Draft>) => void;
  openChannels: () => void;
  openTemplates: () => void;
};
type Props = {
  ref: Ref<ComposerHandle>;
  detail: ConversationDetail;
  targets: Target[];
  target: Target | undefined;
  draft: Draft;
  onDraft: (change: Partial<Draft> | ((old: Draft) => Partial<Draft>)) => void;
  outbox: Outbox;
  newest: Message | undefined;
  small: boolean;
};
const undoSeconds = 5;
const typingEvery = 3000;

export function Composer({ ref, detail, targets, target, draft, onDraft, outbox, newest, small }: Props) {
  const { t } = useTranslation();
  const usual = useHabits(detail.customer.id).data?.channel ?? null;
  const mayReply = useMay('conversations.reply');
  const box = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const [channelsOpen, setChannelsOpen] = useState(false);
  const [templatesOpen, setTemplatesOpen] = useState(false);
  const [savedOpen, setSavedOpen] = useState(false);
  const channel = useChannel(target?.channel);
  const uploads = useUploads((change) => onDraft((old) => ({ files: change(old.files) })), channel?.limits.attachmentBytes);
  const lastTyping = useRef(0);
  // What was the newest message when this answer was begun: a newer one is worth a look before it leaves.
  const begunAt = useRef<string | undefined>(undefined);
  const [newer, setNewer] = useState(false);
  const { text, note } = draft;
  const privately = note ? null : draft.privateTo;
  const inPublic = !note && !privately && target?.audience === 'public';
  const rich = note ? null : draft.rich;
  const name = firstName(detail.customer);

  useImperativeHandle(ref, () => ({
    write: (asNote) => {
      onDraft({ note: asNote });
      box.current?.focus();
    },
    restore: (change) => {
      onDraft((old) => ({
        ...change,
        ...(change.text !== undefined ? { text: [change.text, old.text].filter(Boolean).join('\n\n') } : {}),
      }));
      box.current?.focus();
    },
    openChannels: () => setChannelsOpen(true),
    openTemplates: () => setTemplatesOpen(true),
  }));

  useLayoutEffect(() => {
    const area = box.current;
    if (!area) return;
    area.style.height = '0';
    area.style.height = text ? `${area.scrollHeight}px` : '';
  }, [text]);

  useEffect(() => {
    if (!text) begunAt.current = undefined;
    else begunAt.current ??= newest?.id;
    setNewer(
      !note &&
        text !== '' &&
        newest !== undefined &&
        newest.direction === 'in' &&
        begunAt.current !== undefined &&
        begunAt.current !== newest.id,
    );
  }, [text, newest, note]);

  const limit = channel
    ? draft.files.length > 0 && channel.limits.captionLength > 0
      ? channel.limits.captionLength
      : channel.limits.textLength
    : 0;
  const tooLong = !note && limit > 0 && text.length > limit;
  const tooMany = !note && channel !== undefined && draft.files.length > channel.limits.attachmentsPerMessage;
  // A private answer has a thread and a window of its own, which the server looks after.
  const blocked = note || privately ? null : blockReason(target, t);
  const empty = text.trim() === '' && draft.files.length === 0 && finished(rich) === null;
  const canSend =
    mayReply &&
    !empty &&
    !uploads.busy &&
    !tooLong &&
    !tooMany &&
    problemOf(rich) === null &&
    (note || privately !== null || (target !== undefined && !blocked));

  const send = (options: { then?: 'resolve'; template?: Outgoing['template']; preview?: string } = {}) => {
    if (!options.template && !canSend) return;
    if (!note && !privately && !target) return;
    const made = finished(rich);
    const body: Outgoing = {
      text: options.preview ?? text.trim(),
      ...(draft.files.length > 0 && !options.template ? { attachments: draft.files.map((file) => file.id) } : {}),
      ...(note ? { private: true } : privately ? { privateReplyTo: privately.id } : addressOf(target!)),
      ...(made && !options.template ? { rich: made } : {}),
      ...(note || !draft.replyTo ? {} : { replyTo: draft.replyTo.id }),
      ...(note || !draft.subject.trim() ? {} : { subject: draft.subject.trim() }),
      ...(options.template ? { template: options.template } : {}),
      ...(note || privately || !begunAt.current || newer
        ? note || privately || !newest
          ? {}
          : { lastSeenMessageId: newest.id }
        : { lastSeenMessageId: begunAt.current }),
      ...(note ? {} : { undoSeconds }),
      ...(options.then ? { then: options.then } : {}),
    };
    outbox.add(detail.id, body, options.template ? [] : draft.files.map((file) => file.name));
    begunAt.current = undefined;
    onDraft(
      options.template ? { replyTo: null } : { text: '', note: false, replyTo: null, privateTo: null, rich: null, subject: '', files: [] },
    );
    if (matchMedia('(pointer: fine)').matches) box.current?.focus();
  };

  const keys = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      send(event.shiftKey ? { then: 'resolve' } : {});
    } else if (event.key === 'Escape') box.current?.blur();
  };
  const typed = (value: string) => {
    // A slash in an empty box asks for a saved reply.
    if (value === '/' && text === '') {
      setSavedOpen(true);
      return;
    }
    onDraft({ text: value });
    if (value && Date.now() - lastTyping.current > typingEvery) {
      lastTyping.current = Date.now();
      signals.typing(detail.id);
    }
  };
  const insert = (what: string) => {
    const area = box.current;
    const [from, to] = area ? [area.selectionStart, area.selectionEnd] : [text.length, text.length];
    onDraft({ text: text.slice(0, from) + what + text.slice(to) });
    requestAnimationFrame(() => {
      area?.focus();
      area?.setSelectionRange(from + what.length, from + what.length);
    });
  };
  const pasted = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files];
    if (files.length === 0) return;
    event.preventDefault();
    uploads.add(files);
  };
  const dropped = (event: DragEvent) => {
    if (event.dataTransfer.files.length === 0) return;
    event.preventDefault();
    uploads.add([...event.dataTransfer.files]);
  };

  if (!mayReply) return <p className="composer-closed t13 i2">{t('composer.mayNot')}</p>;
  const previewed = [...new Set([target, ...targets].flatMap((one) => (one?.ok && !isCall(one.channel) ? [one.channel] : [])))].slice(0, 3);
  const needsSubject = !note && !privately && target !== undefined && !target.threadId && channel?.capabilities.subject;
  const shared = !note && !privately && !inPublic && target !== undefined && target.readers.length > 1;
  return (
    <form
      className={`composer ${note ? 'noting' : inPublic ? 'inpublic' : privately ? 'privately' : ''}`}
      style={target ? paint(target.channel) : undefined}
      aria-label={note ? t('composer.noteLabel') : t('composer.label', { name })}
      onSubmit={(event) => {
        event.preventDefault();
        // Dialogs opened from here have forms of their own, whose submit comes by as well.
        if (event.target === event.currentTarget) send();
      }}
      onDragOver={(event) => event.preventDefault()}
      onDrop={dropped}
    >
      {inPublic && target && <PublicLine channel={target.channel} />}
      {privately && <PrivateLine to={privately} name={name} onStop={() => onDraft({ privateTo: null })} />}
      {newer && (
        <Line icon={<IconInfoCircle size={15} aria-hidden />} role="status">
          {t('composer.newer', { name })}
        </Line>
      )}
      <div className="top">
        <ChannelButton
          targets={targets}
          target={target}
          muted={note || privately !== null}
          open={channelsOpen}
          onOpen={setChannelsOpen}
          onPick={(key) => onDraft({ target: key, note: false, privateTo: null })}
          usual={usual}
        />
        <button
          type="button"
          className="chipb"
          aria-pressed={note}
          onClick={() => onDraft({ note: !note })}
          title={`${t('do.note')} (${showKeys('n')})`}
        >
          <IconLock size={14} aria-hidden />
          {t('composer.note')}
        </button>
        <span className="end t12 i2 row row-4 num window">
          {note ? t('thread.noteLabel') : !privately && target && <WindowNote target={target} small={small} />}
        </span>
      </div>
      {draft.replyTo && !note && (
        <div className="answering t12 row">
          <span className="cut grow" dir="auto">
            <b>{t('composer.replyingTo', { name: draft.replyTo.author ?? name })}</b> {draft.replyTo.text}
          </span>
          <ActionIcon size={24} aria-label={t('composer.stopReplying')} onClick={() => onDraft({ replyTo: null })}>
            <IconX size={14} />
          </ActionIcon>
        </div>
      )}
      {needsSubject && (
        <input
          className="subject"
          aria-label={t('composer.subject')}
          placeholder={t('composer.subject')}
          value={draft.subject}
          onChange={(event) => onDraft({ subject: event.currentTarget.value })}
          dir="auto"
        />
      )}
      {blocked && target ? (
        <Blocked
          target={target}
          targets={targets}
          reason={blocked}
          onPick={(key) => onDraft({ target: key })}
          onTemplate={() => setTemplatesOpen(true)}
        />
      ) : null}
      <textarea
        ref={box}
        className="text scroll"
        // An empty field has the page's direction, so that its placeholder reads right.
        dir={text ? 'auto' : undefined}
        rows={2}
        aria-label={note ? t('composer.noteLabel') : t('composer.label', { name })}
        placeholder={
          note
            ? t('composer.notePlaceholder')
            : t(privately ? 'composer.privatePlaceholder' : inPublic ? 'composer.publicPlaceholder' : 'composer.placeholder', { name })
        }
        value={text}
        hidden={blocked !== null && !text}
        onChange={(event) => typed(event.currentTarget.value)}
        onKeyDown={keys}
        onPaste={pasted}
      />
      <SavedReplies conversationId={detail.id} open={savedOpen} onClose={() => setSavedOpen(false)} onPick={insert} />
      <FileList
        files={draft.files}
        uploads={uploads}
        onRemove={(id) => onDraft((old) => ({ files: old.files.filter((file) => file.id !== id) }))}
      />
      {rich && (
        <>
          <RichEditor
            rich={rich}
            onChange={(next) => onDraft({ rich: next })}
            can={channel?.rich}
            channel={target && channelName(target.channel)}
          />
          <RichPreview channels={previewed} text={text} rich={rich} />
        </>
      )}
      {shared && (
        <Line icon={<IconUsers size={15} aria-hidden />}>
          {t('composer.readers', {
            count: target.readers.length,
            people: target.readers.map((reader) => reader.name ?? reader.address).join(', '),
          })}
        </Line>
      )}
      {tooMany && (
        <Line tone="warn">{t('composer.tooMany', { count: channel.limits.attachmentsPerMessage, channel: channelName(channel.id) })}</Line>
      )}
      <div className="bot">
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          tabIndex={-1}
          aria-hidden
          onChange={(event) => {
            uploads.add([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
        <Tooltip label={t('composer.attach')}>
          <ActionIcon aria-label={t('composer.attach')} onClick={() => picker.current?.click()} disabled={blocked !== null}>
            <IconPaperclip size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <ActionIcon aria-label={t('saved.title')} title={`${t('saved.title')} (/)`} onClick={() => setSavedOpen(true)}>
          <IconMessage2 size={18} stroke={1.7} />
        </ActionIcon>
        <EmojiButton onPick={insert} disabled={blocked !== null} />
        {!note && <AddMenu rich={rich} onChange={(next) => onDraft({ rich: next })} disabled={blocked !== null} />}
        {!note && target?.templates && (
          <Tooltip label={t('composer.template')}>
            <ActionIcon aria-label={t('composer.template')} onClick={() => setTemplatesOpen(true)}>
              <IconTemplate size={18} stroke={1.6} />
            </ActionIcon>
          </Tooltip>
        )}
        <span className="end row row-4">
          {tooLong || (limit > 0 && !note && text.length > limit * 0.9) ? (
            <span className={`t12 num ${tooLong ? 'bad-ink' : 'i3'}`}>{limit - text.length}</span>
          ) : (
            <span className="t12 i3 hide-s keyhint">{showKeys('mod+enter')}</span>
          )}
          {note ? (
            <Button type="submit" disabled={!canSend} rightSection={<IconLock size={15} stroke={1.8} />}>
              {t('composer.addNote')}
            </Button>
          ) : (
            <Button.Group>
              <Button type="submit" disabled={!canSend} rightSection={<IconSend2 size={15} stroke={1.8} className="flips" />}>
                {t(privately ? 'composer.sendPrivate' : inPublic ? 'composer.sendPublic' : 'composer.send')}
              </Button>
              <Menu position="top-end" width={240}>
                <Menu.Target>
                  <Button px={6} disabled={!canSend} aria-label={t('composer.moreWays')} className="split">
                    <IconChevronDown size={15} />
                  </Button>
                </Menu.Target>
                <Menu.Dropdown>
                  <Menu.Item
                    leftSection={<IconCheck size={16} />}
                    rightSection={<span className="t12 i3">{showKeys('mod+shift+enter')}</span>}
                    onClick={() => send({ then: 'resolve' })}
                  >
                    {t('composer.sendResolve')}
                  </Menu.Item>
                </Menu.Dropdown>
              </Menu>
            </Button.Group>
          )}
        </span>
      </div>
      {target && templatesOpen && (
        <TemplatePicker
          target={target}
          customer={detail.customer}
          onClose={() => setTemplatesOpen(false)}
          onUse={(template, preview) => {
            setTemplatesOpen(false);
            send({ template, preview });
          }}
        />
      )}
    </form>
  );
}
