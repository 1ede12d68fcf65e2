import { ActionIcon, Button, Menu, Modal, Popover, Textarea, Tooltip } from '@mantine/core';
import { IconDots, IconExternalLink, IconEye, IconEyeOff, IconLock, IconMoodPlus, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Message } from '~/api/types';
import { placeName } from '~/components/Channel';
import { Tag } from '~/components/parts';
import { wordsFor } from '~/lib/problem';
import { clockTime } from '~/lib/time';
import { isOurs, refusedActs } from './acts';
import type { MessageActions } from './messageActions';

type Props = { message: Message; actions: MessageActions };
const quick = ['👍', '❤️', '😂', '😮', '🙏', '🎉'];

export function ReactButton({ message, actions }: Props) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  if (!message.acts.includes('react')) return null;
  return (
    <Popover opened={open} onChange={setOpen} position="top" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t('do.react')} disabled={open}>
          <ActionIcon size={28} aria-label={t('do.react')} aria-expanded={open} onClick={() => setOpen(!open)}>
            <IconMoodPlus size={16} stroke={1.7} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown p={4} aria-label={t('do.react')}>
        <div className="reactpick row row-4">
          {quick.map((emoji) => {
            const on = isOurs(message, emoji);
            return (
              <button
                key={emoji}
                type="button"
                aria-pressed={on}
                aria-label={t(on ? 'do.unreact' : 'do.reactWith', { emoji })}
                onClick={() => {
                  setOpen(false);
                  void actions.act(message, { kind: on ? 'unreact' : 'react', emoji });
                }}
              >
                {emoji}
              </button>
            );
          })}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What can be done to a message at its provider. */
export function ActsMenu({ message, onEdit, onDelete }: Pick<Props, 'message'> & { onEdit: () => void; onDelete: () => void }) {
  const { t } = useTranslation();
  const can = (kind: Message['acts'][number]) => message.acts.includes(kind);
  if (!can('edit') && !can('delete')) return null;
  return (
    <Menu position="bottom-end" width={200}>
      <Menu.Target>
        <ActionIcon size={28} aria-label={t('do.moreForMessage')}>
          <IconDots size={16} stroke={1.7} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {can('edit') && (
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onEdit}>
            {t('do.editMessage')}
          </Menu.Item>
        )}
        {can('delete') && (
          <Menu.Item leftSection={<IconTrash size={16} />} className="danger" onClick={onDelete}>
            {t('do.deleteMessage')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Below a public comment, always in sight: these are the acts of whoever looks after it, and thumbs have no hover. */
export function CommentBar({ message, actions, onDelete }: Props & { onDelete: () => void }) {
  const { t } = useTranslation();
  const can = (kind: Message['acts'][number]) => message.acts.includes(kind);
  const channel = message.channel ? placeName(message.channel) : '';
  const way = (Icon: typeof IconLock, label: string, run: () => void) => (
    <button type="button" className="link" onClick={run}>
      <Icon size={14} stroke={1.8} aria-hidden />
      {label}
    </button>
  );
  return (
    <div className="commentbar t12">
      {message.hiddenAt && (
        <Tag tone="line">
          <IconEyeOff size={13} stroke={1.8} aria-hidden />
          <bdi>{t('thread.hiddenSince', { time: clockTime(message.hiddenAt) })}</bdi>
        </Tag>
      )}
      {message.repliesPrivately && way(IconLock, t('do.replyPrivately'), () => actions.replyPrivately(message))}
      {can('hide') && way(IconEyeOff, t('do.hide'), () => void actions.hide(message))}
      {can('unhide') && way(IconEye, t('do.unhide'), () => void actions.unhide(message))}
      {message.direction === 'in' && can('delete') && way(IconTrash, t('do.deleteMessage'), onDelete)}
      {message.permalink && /^https?:/.test(message.permalink) && (
        <a className="link" href={message.permalink} target="_blank" rel="noopener noreferrer">
          <IconExternalLink size={14} stroke={1.8} aria-hidden />
          {t('do.openAt', { channel })}
        </a>
      )}
    </div>
  );
}

export function ConfirmDelete({ message, actions, open, onClose }: Props & { open: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const channel = message.channel ? placeName(message.channel) : '';
  const theirs = message.direction === 'in';
  const remove = async () => {
    setBusy(true);
    await actions.act(message, { kind: 'delete' });
    setBusy(false);
    onClose();
  };
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={<b>{t(theirs ? 'acts.deleteComment' : 'acts.deleteOwn')}</b>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {message.text && (
        <p className="quote t13 cut2" dir="auto">
          {message.text}
        </p>
      )}
      <p className="t13 i2 pad-b">{t(theirs ? 'acts.deleteCommentText' : 'acts.deleteOwnText', { channel })}</p>
      <div className="row wrap">
        <Button className="danger filled" loading={busy} onClick={() => void remove()}>
          {t('do.deleteMessage')}
        </Button>
        {theirs && message.acts.includes('hide') && (
          <Button
            variant="default"
            onClick={() => {
              onClose();
              void actions.hide(message);
            }}
          >
            {t('acts.hideInstead')}
          </Button>
        )}
        <Button variant="subtle" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </Modal>
  );
}

/** In the bubble's place. What the provider says against it stands under the text, which is kept. */
export function EditBox({ message, actions, onClose }: Props & { onClose: () => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(message.text ?? '');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const save = async () => {
    setBusy(true);
    setProblem(null);
    try {
      await actions.edit(message, text.trim());
      onClose();
    } catch (error) {
      setProblem(wordsFor(error));
      setBusy(false);
    }
  };
  const ready = text.trim() !== '' && text.trim() !== message.text;
  return (
    <form
      className="editbox"
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void save();
      }}
    >
      <Textarea
        aria-label={t('do.editMessage')}
        autosize
        minRows={2}
        maxRows={12}
        dir="auto"
        autoFocus
        value={text}
        error={problem}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onClose();
          if (event.key === 'Enter' && (event.metaKey || event.ctrlKey) && ready) {
            event.preventDefault();
            void save();
          }
        }}
      />
      <div className="row">
        <Button size="xs" type="submit" loading={busy} disabled={!ready}>
          {t('common.save')}
        </Button>
        <Button size="xs" variant="subtle" onClick={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </form>
  );
}

export function Refused({ message, actions }: Props) {
  const { t } = useTranslation();
  const why = refusedActs.use((all) => all[message.id]);
  if (!why) return null;
  return (
    <p className="actfail t12" role="alert">
      <span dir="auto">{why}</span>{' '}
      <button type="button" className="link" onClick={() => actions.forgetRefusal(message)}>
        {t('common.dismiss')}
      </button>
    </p>
  );
}
