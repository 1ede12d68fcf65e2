import { ActionIcon, Button, Menu, Modal, Select, TextInput } from '@mantine/core';
import { IconDots, IconUserPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { agentsKey, changeAgent, inviteAgain, inviteAgent, useAgents } from '~/api/agents';
import { ApiProblem } from '~/api/http';
import { useSession } from '~/api/session';
import type { Agent, Role } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { Page } from '~/components/Page';
import { Copyable, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout, wordsFor } from '~/lib/problem';
import { useBackToPlaces } from './back';
import { WorkDialog } from './WorkDialog';

const roles: Role[] = ['owner', 'admin', 'supervisor', 'agent'];

export function Agents() {
  const { t } = useTranslation();
  const agents = useAgents();
  const [inviting, setInviting] = useState(false);
  const [working, setWorking] = useState<string | null>(null);
  const [link, setLink] = useState<{ name: string; url: string } | null>(null);
  return (
    <Page
      label={t('agents.title')}
      title={t('agents.title')}
      side={
        <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
          {t('agents.invite')}
        </Button>
      }
      {...useBackToPlaces()}
    >
      {agents.isError ? (
        <Failure title={t('agents.failed')} error={agents.error} retry={() => void agents.refetch()} />
      ) : agents.isPending ? (
        <TableBones rows={5} />
      ) : (
        <table className="tbl">
          <thead>
            <tr>
              <th>{t('customer.name')}</th>
              <th className="hide-s">{t('signIn.email')}</th>
              <th>{t('agents.role')}</th>
              <th className="hide-s">{t('list.status')}</th>
              <th>
                <span className="sr">{t('do.more')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {agents.data.map((agent) => (
              <Row key={agent.id} agent={agent} onWork={() => setWorking(agent.id)} onLink={(url) => setLink({ name: agent.name, url })} />
            ))}
          </tbody>
        </table>
      )}
      <WorkDialog agentId={working} onClose={() => setWorking(null)} />
      <Modal
        opened={inviting}
        onClose={() => setInviting(false)}
        title={<b>{t('agents.invite')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {inviting && (
          <InviteForm
            onInvited={(name, url) => {
              setInviting(false);
              setLink({ name, url });
            }}
          />
        )}
      </Modal>
      <Modal
        opened={link !== null}
        onClose={() => setLink(null)}
        title={<b>{t('agents.linkTitle', { name: link?.name ?? '' })}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <p className="t13 i2 pad-b">{t('agents.linkText')}</p>
        {link && <Copyable value={link.url} label={t('agents.copyLink')} />}
      </Modal>
    </Page>
  );
}

function Row({ agent, onWork, onLink }: { agent: Agent; onWork: () => void; onLink: (url: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me } = useSession();
  const refresh = () => client.invalidateQueries({ queryKey: agentsKey });
  const change = (body: Parameters<typeof changeAgent>[1]) => void changeAgent(agent.id, body).then(refresh, complainAbout);
  const own = agent.id === me.id;
  const mayTouch = !own && (agent.role !== 'owner' || me.role === 'owner');
  return (
    <tr>
      <td>
        <span className="row">
          <Avatar name={agent.name || agent.email} size={24} state={agent.online ? 'online' : undefined} ring="var(--b-surface)" />
          <bdi className="cut b">{agent.name || agent.email}</bdi>
          {own && <span className="t12 i3">{t('assign.you')}</span>}
        </span>
      </td>
      <td className="hide-s i2">
        <bdi dir="ltr">{agent.email}</bdi>
      </td>
      <td>
        {mayTouch ? (
          <Select
            aria-label={t('agents.roleOf', { name: agent.name })}
            size="xs"
            w={130}
            allowDeselect={false}
            data={roles
              .filter((role) => role !== 'owner' || me.role === 'owner')
              .map((role) => ({ value: role, label: t(`role.${role}`) }))}
            value={agent.role}
            onChange={(role) => role && change({ role: role as Role })}
          />
        ) : (
          t(`role.${agent.role}`)
        )}
      </td>
      <td className="hide-s">
        {agent.state !== 'active' && <Tag tone={agent.state === 'invited' ? 'accent' : ''}>{t(`agents.state.${agent.state}`)}</Tag>}
      </td>
      <td className="r">
        <span className="row row-4">
          {agent.state === 'active' && (
            <Button size="compact-xs" variant="subtle" aria-label={t('work.of', { name: agent.name })} onClick={onWork}>
              {t('work.open')}
            </Button>
          )}
          {mayTouch && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon aria-label={t('agents.menu', { name: agent.name })}>
                  <IconDots size={18} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {agent.state === 'invited' && (
                  <Menu.Item onClick={() => void inviteAgain(agent.id).then(({ inviteUrl }) => onLink(inviteUrl), complainAbout)}>
                    {t('agents.newLink')}
                  </Menu.Item>
                )}
                <Menu.Item onClick={() => change({ disabled: agent.state !== 'disabled' })}>
                  {t(agent.state === 'disabled' ? 'agents.enable' : 'agents.disable')}
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          )}
        </span>
      </td>
    </tr>
  );
}

function InviteForm({ onInvited }: { onInvited: (name: string, url: string) => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const { me } = useSession();
  const [form, setForm] = useState({ name: '', email: '' });
  const [role, setRole] = useState<Role>('agent');
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const { agent, inviteUrl } = await inviteAgent({ name: form.name.trim(), email: form.email.trim(), role });
      void client.invalidateQueries({ queryKey: agentsKey });
      onInvited(agent.name, inviteUrl);
    } catch (problem) {
      const fields = problem instanceof ApiProblem ? problem.fields : {};
      setErrors(fields.name || fields.email ? fields : { email: wordsFor(problem) });
    }
  };
  return (
    <form className="col g12" onSubmit={submit}>
      <TextInput
        label={t('customer.name')}
        required
        withAsterisk={false}
        dir="auto"
        data-autofocus
        value={form.name}
        error={errors.name}
        onChange={(event) => setForm({ ...form, name: event.currentTarget.value })}
      />
      <TextInput
        label={t('signIn.email')}
        type="email"
        required
        withAsterisk={false}
        dir="ltr"
        value={form.email}
        error={errors.email}
        onChange={(event) => setForm({ ...form, email: event.currentTarget.value })}
      />
      <Select
        label={t('agents.role')}
        allowDeselect={false}
        data={roles.filter((one) => one !== 'owner' || me.role === 'owner').map((one) => ({ value: one, label: t(`role.${one}`) }))}
        value={role}
        onChange={(next) => next && setRole(next as Role)}
        description={t(`agents.may.${role}`)}
      />
      <Button type="submit">{t('agents.makeLink')}</Button>
    </form>
  );
}
