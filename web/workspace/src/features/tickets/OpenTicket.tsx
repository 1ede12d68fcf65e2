import { Button, Modal, Select, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgents } from '~/api/agents';
import { activitiesKey } from '~/api/conversations/activities';
import { ApiProblem } from '~/api/http';
import { useSession } from '~/api/session';
import { openTicket, type TicketPriority, type TicketType, ticketPriorities, ticketsKey, ticketTypes } from '~/api/tickets';
import { wordsFor } from '~/lib/problem';
import { createStore } from '~/lib/store';
import { say } from '~/lib/toast';

type About = { conversationId?: string; customerId?: string; subject?: string | null };
/** What a ticket is to be opened about; null: none is. */
export const ticketAbout = createStore<About | null>(null);

/** The one dialog, wherever it is asked for. */
export function OpenTicket() {
  const { t } = useTranslation();
  const about = ticketAbout.use();
  return (
    <Modal
      opened={about !== null}
      onClose={() => ticketAbout.set(null)}
      title={<b>{t('ticket.open')}</b>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {about && <Form about={about} />}
    </Modal>
  );
}

function Form({ about }: { about: About }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const { me } = useSession();
  const agents = (useAgents().data ?? []).filter((agent) => agent.state === 'active');
  const [subject, setSubject] = useState(about.subject ?? '');
  const [text, setText] = useState('');
  const [type, setType] = useState<TicketType>('question');
  const [priority, setPriority] = useState<TicketPriority>('normal');
  const [owner, setOwner] = useState<string | null>(me.id);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { conversationId, customerId } = about;
      const made = await openTicket({
        ...(conversationId ? { conversationId } : {}),
        ...(customerId ? { customerId } : {}),
        ...(subject.trim() ? { subject: subject.trim() } : {}),
        ...(text.trim() ? { text: text.trim() } : {}),
        type,
        priority,
        ...(owner ? { ownerId: owner } : {}),
      });
      ticketAbout.set(null);
      void client.invalidateQueries({ queryKey: ticketsKey });
      if (conversationId) void client.invalidateQueries({ queryKey: activitiesKey(conversationId) });
      else void navigate({ to: '/tickets/$ticketId', params: { ticketId: made.id } });
      say(t('ticket.opened', { n: made.number }));
    } catch (problem) {
      setErrors(problem instanceof ApiProblem && Object.keys(problem.fields).length > 0 ? problem.fields : { subject: wordsFor(problem) });
      setBusy(false);
    }
  };
  return (
    <form className="col g12" onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t('ticket.subject')}
        description={about.conversationId ? t('ticket.subjectHelp') : undefined}
        required={!about.conversationId}
        maxLength={200}
        value={subject}
        error={errors.subject}
        dir="auto"
        data-autofocus
        onChange={(event) => setSubject(event.currentTarget.value)}
      />
      <Textarea
        label={t('ticket.text')}
        description={t('ticket.textHelp')}
        autosize
        minRows={3}
        maxRows={10}
        value={text}
        error={errors.text}
        dir="auto"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      <div className="row row-12 wrap">
        <Select
          className="grow"
          label={t('ticket.type')}
          allowDeselect={false}
          data={ticketTypes.map((value) => ({ value, label: t(`ticket.types.${value}`) }))}
          value={type}
          onChange={(value) => value && setType(value as TicketType)}
        />
        <Select
          className="grow"
          label={t('ticket.priority')}
          allowDeselect={false}
          data={ticketPriorities.map((value) => ({ value, label: t(`ticket.priorities.${value}`) }))}
          value={priority}
          onChange={(value) => value && setPriority(value as TicketPriority)}
        />
      </div>
      <Select
        label={t('ticket.owner')}
        placeholder={t('ticket.nobody')}
        clearable
        searchable
        data={agents.map((agent) => ({ value: agent.id, label: agent.name || agent.email }))}
        value={owner}
        error={errors.ownerId}
        onChange={setOwner}
      />
      <div className="row row-12 end">
        <Button variant="default" onClick={() => ticketAbout.set(null)}>
          {t('common.cancel')}
        </Button>
        <Button type="submit" loading={busy}>
          {t('ticket.open')}
        </Button>
      </div>
    </form>
  );
}
