import { ActionIcon, Button, Modal, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiProblem } from '~/api/http';
import { removeReply, type SavedReply, savedRepliesKey, saveReply, useSavedReplies } from '~/api/savedReplies';
import { Page } from '~/components/Page';
import { Empty, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout, wordsFor } from '~/lib/problem';
import { say } from '~/lib/toast';
import { useBackToPlaces } from './back';

const places = ['firstName', 'name', 'company', 'tier', 'ticket', 'agent'];

/** Words that agents use again, written here by supervisors. */
export function SavedRepliesPage() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const replies = useSavedReplies();
  const [open, setOpen] = useState<SavedReply | 'new' | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: savedRepliesKey });
  const remove = async (one: SavedReply) => {
    try {
      await removeReply(one.id);
      await refresh();
      say(
        t('saved.removed'),
        () => void saveReply(null, { name: one.name, folder: one.folder ?? '', text: one.text }).then(refresh, complainAbout),
      );
    } catch (error) {
      complainAbout(error);
    }
  };
  const add = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setOpen('new')}>
      {t('saved.add')}
    </Button>
  );
  const rows = replies.data ?? [];
  return (
    <Page label={t('saved.title')} title={t('saved.title')} {...useBackToPlaces()} side={rows.length > 0 ? add : undefined}>
      {replies.isError ? (
        <Failure title={t('saved.failed')} error={replies.error} retry={() => void replies.refetch()} />
      ) : replies.isPending ? (
        <TableBones rows={4} />
      ) : rows.length === 0 ? (
        <Empty title={t('saved.none')} action={add}>
          {t('saved.noneText')}
        </Empty>
      ) : (
        <ul className="col g8 plain integration">
          {rows.map((one) => (
            <li key={one.id} className="card row row-12">
              <span className="col grow">
                <span className="row row-6">
                  <button type="button" className="link t14 cut" onClick={() => setOpen(one)}>
                    <bdi>{one.name}</bdi>
                  </button>
                  {one.folder && <Tag>{one.folder}</Tag>}
                </span>
                <span className="t13 i2 cut2" dir="auto">
                  {one.text}
                </span>
              </span>
              <ActionIcon aria-label={t('saved.remove', { name: one.name })} onClick={() => void remove(one)}>
                <IconTrash size={17} aria-hidden />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        title={<b>{open === 'new' ? t('saved.add') : open?.name}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {open !== null && (
          <Form
            reply={open === 'new' ? null : open}
            done={() => {
              setOpen(null);
              void refresh();
            }}
          />
        )}
      </Modal>
    </Page>
  );
}

function Form({ reply, done }: { reply: SavedReply | null; done: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState(reply?.name ?? '');
  const [folder, setFolder] = useState(reply?.folder ?? '');
  const [text, setText] = useState(reply?.text ?? '');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await saveReply(reply?.id ?? null, { name, folder, text });
      done();
    } catch (problem) {
      setErrors(problem instanceof ApiProblem && Object.keys(problem.fields).length > 0 ? problem.fields : { text: wordsFor(problem) });
    }
  };
  return (
    <form className="col g12" onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t('saved.name')}
        required
        maxLength={80}
        value={name}
        error={errors.name}
        dir="auto"
        data-autofocus
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <TextInput
        label={t('saved.folder')}
        maxLength={40}
        value={folder}
        error={errors.folder}
        dir="auto"
        onChange={(event) => setFolder(event.currentTarget.value)}
      />
      <Textarea
        label={t('saved.text')}
        description={t('saved.textHelp')}
        required
        autosize
        minRows={4}
        maxRows={14}
        maxLength={4000}
        value={text}
        error={errors.text}
        dir="auto"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="row row-6 wrap">
        {places.map((place) => (
          <button key={place} type="button" className="chipb" onClick={() => setText(`${text}{${place}}`)}>
            <span dir="ltr">{`{${place}}`}</span>
          </button>
        ))}
      </div>
      <div className="row end">
        <Button type="submit">{t('common.save')}</Button>
      </div>
    </form>
  );
}
