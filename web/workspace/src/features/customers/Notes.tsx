import { ActionIcon, Button, Textarea } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addNote, notesKey, removeNote, useNotes } from '~/api/customers/customers';
import { useMay } from '~/api/session';
import { Text } from '~/components/Text';
import { complainAbout, wordsFor } from '~/lib/problem';
import { ago, useNow } from '~/lib/time';

/** What the team wants to remember about a person, whatever the conversation. */
export function Notes({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const now = useNow();
  const client = useQueryClient();
  const mayEdit = useMay('customers.edit');
  const notes = useNotes(customerId);
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: notesKey(customerId) });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!text.trim()) return;
    try {
      await addNote(customerId, text.trim());
      setText('');
      setError(null);
      await refresh();
    } catch (problem) {
      setError(wordsFor(problem));
    }
  };
  return (
    <>
      <h3 className="eyebrow">{t('customer.notes')}</h3>
      <ul className="col g8">
        {notes.data?.map((note) => (
          <li key={note.id} className="note small">
            <div className="by">
              <b className="cut">
                <bdi>{note.author.name}</bdi>
              </b>
              <span className="num">{ago(note.createdAt, now)}</span>
              {mayEdit && (
                <ActionIcon
                  className="end"
                  size={24}
                  aria-label={t('customer.removeNote')}
                  onClick={() => void removeNote(customerId, note.id).then(refresh, complainAbout)}
                >
                  <IconX size={14} />
                </ActionIcon>
              )}
            </div>
            <Text>{note.text}</Text>
          </li>
        ))}
      </ul>
      {mayEdit && (
        <form className="col g8 addnote" onSubmit={submit}>
          <Textarea
            aria-label={t('customer.addNote')}
            placeholder={t('customer.notePlaceholder')}
            autosize
            minRows={1}
            maxRows={6}
            size="xs"
            dir="auto"
            value={text}
            error={error}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          {text.trim() && (
            <Button type="submit" size="xs" variant="light">
              {t('customer.addNote')}
            </Button>
          )}
        </form>
      )}
    </>
  );
}
