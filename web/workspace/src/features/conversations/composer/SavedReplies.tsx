import { Modal, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fillReply, type SavedReply, useSavedReplies } from '~/api/savedReplies';
import { useMay } from '~/api/session';
import { complainAbout } from '~/lib/problem';
import { say } from '~/lib/toast';

type Props = { conversationId: string; open: boolean; onClose: () => void; onPick: (text: string) => void };
/** Words to use again: found by name and text, and put in with what is known of this customer. */
export function SavedReplies({ conversationId, open, onClose, onPick }: Props) {
  const { t } = useTranslation();
  return (
    <Modal opened={open} onClose={onClose} title={<b>{t('saved.title')}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {open && <List conversationId={conversationId} onClose={onClose} onPick={onPick} />}
    </Modal>
  );
}

function List({ conversationId, onClose, onPick }: Omit<Props, 'open'>) {
  const { t } = useTranslation();
  const manages = useMay('queues.supervise');
  const replies = useSavedReplies();
  const [text, setText] = useState('');
  const wanted = text.trim().toLocaleLowerCase();
  const found = (replies.data ?? []).filter((one) => `${one.name} ${one.folder ?? ''} ${one.text}`.toLocaleLowerCase().includes(wanted));
  const pick = async (one: SavedReply) => {
    try {
      const filled = await fillReply(one.id, conversationId);
      onClose();
      onPick(filled.text);
      if (filled.missing.length > 0) say(t('saved.missing', { places: filled.missing.map((place) => `{${place}}`).join(', ') }));
    } catch (error) {
      complainAbout(error);
    }
  };
  return (
    <form
      className="col g12"
      onSubmit={(event) => {
        event.preventDefault();
        if (found[0]) void pick(found[0]);
      }}
    >
      <TextInput
        aria-label={t('saved.find')}
        placeholder={t('saved.find')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        dir="auto"
        data-autofocus
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {replies.isError && (
        <button type="button" className="link t13" onClick={() => void replies.refetch()}>
          {t('saved.failed')}
        </button>
      )}
      {replies.isSuccess && found.length === 0 && (
        <p className="t13 i2">{t(replies.data.length === 0 ? 'saved.none' : 'saved.noneFound')}</p>
      )}
      <div className="picklist">
        {found.slice(0, 50).map((one) => (
          <button key={one.id} type="button" className="it" onClick={() => void pick(one)}>
            <span className="col grow cut">
              <span className="row row-6">
                <b className="cut" dir="auto">
                  {one.name}
                </b>
                {one.folder && <bdi className="t12 i3">{one.folder}</bdi>}
              </span>
              <span className="t13 i2 cut" dir="auto">
                {one.text}
              </span>
            </span>
          </button>
        ))}
      </div>
      {manages && (
        <Link to="/settings/saved-replies" className="link t13">
          {t('saved.manage')}
        </Link>
      )}
    </form>
  );
}
