import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { IconArrowBackUp, IconCircleCheck } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAgents } from '~/api/agents';
import { useMay } from '~/api/session';
import { useTeams } from '~/api/teams';
import {
  assignTicket,
  changeTicket,
  type Ticket,
  type TicketPriority,
  type TicketStatus,
  type TicketType,
  ticketPriorities,
  ticketStatuses,
  ticketsKey,
  ticketTypes,
  useTicket,
} from '~/api/tickets';
import { Avatar } from '~/components/Avatar';
import { Page } from '~/components/Page';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { Text } from '~/components/Text';
import { nameOf } from '~/lib/people';
import { complainAbout } from '~/lib/problem';
import { dayAndTime } from '~/lib/time';
import { say } from '~/lib/toast';
import { PriorityTag, StatusTag } from './TicketMarks';

export function TicketPage() {
  const { t } = useTranslation();
  const { ticketId } = useParams({ from: '/inside/tickets/$ticketId' });
  const ticket = useTicket(ticketId);
  if (ticket.data) return <One key={ticketId} ticket={ticket.data} />;
  return (
    <Page label={t('ticket.label')} title={t('ticket.label')} back={{ to: '/tickets' }}>
      {ticket.isError ? <Failure title={t('ticket.oneFailed')} error={ticket.error} retry={() => void ticket.refetch()} /> : <TableBones />}
    </Page>
  );
}

function One({ ticket }: { ticket: Ticket }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const may = useMay('conversations.reply');
  const run = async (change: Promise<Ticket>) => {
    try {
      client.setQueryData([...ticketsKey, 'one', ticket.id], await change);
      void client.invalidateQueries({ queryKey: ticketsKey });
      return true;
    } catch (error) {
      complainAbout(error);
      return false;
    }
  };
  const stand = async (status: TicketStatus) => {
    const before = ticket.status;
    if (await run(changeTicket(ticket.id, { status })))
      say(t('ticket.stands', { status: t(`ticket.statuses.${status}`) }), () => void run(changeTicket(ticket.id, { status: before })));
  };
  const solved = ticket.status === 'solved';
  return (
    <Page
      label={t('ticket.label')}
      back={{ to: '/tickets' }}
      title={
        <>
          <span className="num i3">#{ticket.number}</span> <bdi>{ticket.subject}</bdi>
        </>
      }
      under={
        <bdi>
          {ticket.openedBy
            ? t('ticket.openedBy', { name: ticket.openedBy.name, time: dayAndTime(Date.parse(ticket.openedAt)) })
            : t('ticket.openedByRule', { time: dayAndTime(Date.parse(ticket.openedAt)) })}
        </bdi>
      }
      side={
        may && (
          <Button
            variant={solved ? 'default' : 'filled'}
            leftSection={solved ? <IconArrowBackUp size={16} aria-hidden /> : <IconCircleCheck size={16} aria-hidden />}
            onClick={() => void stand(solved ? 'open' : 'solved')}
          >
            {t(solved ? 'ticket.reopen' : 'ticket.solve')}
          </Button>
        )
      }
    >
      <div className="profile">
        <section className="col g16" aria-label={t('ticket.text')}>
          <div className="row row-12 wrap">
            <StatusTag status={ticket.status} />
            <PriorityTag priority={ticket.priority} />
          </div>
          <Words
            key={`${ticket.subject}\n${ticket.text ?? ''}`}
            ticket={ticket}
            may={may}
            save={(subject, text) => run(changeTicket(ticket.id, { subject, text }))}
          />
          {ticket.automatic && <p className="t13 i2">{t('ticket.follows')}</p>}
        </section>
        <div className="col g16 panel-cards">
          <section className="card col g12">
            <h2 className="eyebrow">{t('customer.label')}</h2>
            <Link to="/customers/$customerId" params={{ customerId: ticket.customer.id }} className="row row-12 link">
              <Avatar name={nameOf(ticket.customer)} photo={ticket.customer.photoId} size={32} ring="var(--b-surface)" />
              <bdi className="cut">{nameOf(ticket.customer)}</bdi>
            </Link>
            {ticket.conversationId && (
              <Button component={Link} to={`/inbox/${ticket.conversationId}`} variant="default" size="xs">
                {t('ticket.toConversation')}
              </Button>
            )}
          </section>
          <Facts ticket={ticket} may={may} run={run} stand={stand} />
        </div>
      </div>
    </Page>
  );
}

type FactsProps = {
  ticket: Ticket;
  may: boolean;
  run: (change: Promise<Ticket>) => Promise<boolean>;
  stand: (status: TicketStatus) => void;
};
function Facts({ ticket, may, run, stand }: FactsProps) {
  const { t } = useTranslation();
  const agents = (useAgents().data ?? []).filter((agent) => agent.state === 'active');
  const teams = useTeams().data ?? [];
  const people = agents.map((agent) => ({ value: agent.id, label: agent.name || agent.email }));
  if (ticket.owner && !people.some((one) => one.value === ticket.owner?.id))
    people.push({ value: ticket.owner.id, label: ticket.owner.name });
  return (
    <section className="card col g12">
      <h2 className="eyebrow">{t('ticket.facts')}</h2>
      <Select
        label={t('ticket.status')}
        allowDeselect={false}
        disabled={!may}
        data={ticketStatuses.map((value) => ({ value, label: t(`ticket.statuses.${value}`) }))}
        value={ticket.status}
        onChange={(value) => value && stand(value as TicketStatus)}
      />
      <Select
        label={t('ticket.owner')}
        placeholder={t('ticket.nobody')}
        clearable
        searchable
        disabled={!may}
        data={people}
        value={ticket.owner?.id ?? null}
        onChange={(value) => void run(assignTicket(ticket.id, value, ticket.team?.id ?? null))}
      />
      <Select
        label={t('ticket.team')}
        placeholder={t('ticket.noTeam')}
        clearable
        disabled={!may}
        data={teams.map((team) => ({ value: team.id, label: team.name }))}
        value={ticket.team?.id ?? null}
        onChange={(value) => void run(assignTicket(ticket.id, ticket.owner?.id ?? null, value))}
      />
      <Select
        label={t('ticket.priority')}
        allowDeselect={false}
        disabled={!may}
        data={ticketPriorities.map((value) => ({ value, label: t(`ticket.priorities.${value}`) }))}
        value={ticket.priority}
        onChange={(value) => value && void run(changeTicket(ticket.id, { priority: value as TicketPriority }))}
      />
      <Select
        label={t('ticket.type')}
        allowDeselect={false}
        disabled={!may}
        data={ticketTypes.map((value) => ({ value, label: t(`ticket.types.${value}`) }))}
        value={ticket.type}
        onChange={(value) => value && void run(changeTicket(ticket.id, { type: value as TicketType }))}
      />
    </section>
  );
}

type WordsProps = { ticket: Ticket; may: boolean; save: (subject: string, text: string) => Promise<boolean> };
/** What is to be done; typed in place and saved when asked, so that nobody's half sentence is lost to a click. */
function Words({ ticket, may, save }: WordsProps) {
  const { t } = useTranslation();
  const [subject, setSubject] = useState(ticket.subject);
  const [text, setText] = useState(ticket.text ?? '');
  const changed = text.trim() !== (ticket.text ?? '') || subject.trim() !== ticket.subject;
  if (!may) return ticket.text ? <Text>{ticket.text}</Text> : <p className="i2">{t('ticket.noText')}</p>;
  return (
    <form
      className="col g12"
      onSubmit={(event) => {
        event.preventDefault();
        void save(subject.trim(), text.trim());
      }}
    >
      <TextInput
        label={t('ticket.subject')}
        required
        maxLength={200}
        value={subject}
        dir="auto"
        onChange={(event) => setSubject(event.currentTarget.value)}
      />
      <Textarea
        label={t('ticket.text')}
        placeholder={t('ticket.textHelp')}
        autosize
        minRows={4}
        maxRows={20}
        maxLength={10_000}
        value={text}
        dir="auto"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {changed && (
        <div className="row row-12">
          <Button size="xs" type="submit">
            {t('common.save')}
          </Button>
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              setSubject(ticket.subject);
              setText(ticket.text ?? '');
            }}
          >
            {t('common.cancel')}
          </Button>
        </div>
      )}
    </form>
  );
}
