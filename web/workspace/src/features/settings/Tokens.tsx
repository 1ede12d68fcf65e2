import { Button, Modal, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addToken, removeToken, tokensKey, useTokens } from '~/api/agents';
import { Page } from '~/components/Page';
import { Copyable, Empty, Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout, wordsFor } from '~/lib/problem';
import { ago, shortDate, useNow } from '~/lib/time';
import { useBackToPlaces } from './back';

export function Tokens() {
  const { t } = useTranslation();
  const now = useNow();
  const client = useQueryClient();
  const tokens = useTokens();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<{ id: string; name: string } | null>(null);
  const refresh = () => client.invalidateQueries({ queryKey: tokensKey });
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
      {t('tokens.add')}
    </Button>
  );
  return (
    <Page
      label={t('tokens.title')}
      title={t('tokens.title')}
      side={tokens.data && tokens.data.length > 0 ? add : null}
      {...useBackToPlaces()}
    >
      {tokens.isError ? (
        <Failure title={t('tokens.failed')} error={tokens.error} retry={() => void tokens.refetch()} />
      ) : tokens.isPending ? (
        <TableBones rows={3} />
      ) : tokens.data.length === 0 ? (
        <Empty title={t('tokens.none')} action={add}>
          {t('tokens.noneText')}
        </Empty>
      ) : (
        <table className="tbl">
          <thead>
            <tr>
              <th>{t('customer.name')}</th>
              <th className="hide-s">{t('tokens.by')}</th>
              <th className="hide-s">{t('tokens.made')}</th>
              <th>{t('tokens.used')}</th>
              <th>
                <span className="sr">{t('tokens.remove')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {tokens.data.map((token) => (
              <tr key={token.id}>
                <td className="b">
                  <bdi>{token.name}</bdi>
                </td>
                <td className="hide-s i2">
                  <bdi>{token.createdBy}</bdi>
                </td>
                <td className="hide-s i2">{shortDate(token.createdAt)}</td>
                <td className="i2">{token.lastUsedAt ? ago(token.lastUsedAt, now) : t('tokens.never')}</td>
                <td className="r">
                  <Button size="xs" variant="subtle" className="danger" onClick={() => setRemoving(token)}>
                    {t('tokens.remove')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={<b>{t('tokens.add')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {adding && <AddToken onDone={refresh} />}
      </Modal>
      <Modal
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={<b>{t('tokens.removeTitle', { name: removing?.name ?? '' })}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <p className="t13 i2 pad-b">{t('tokens.removeText')}</p>
        <Button
          className="danger filled"
          onClick={() => {
            if (removing) void removeToken(removing.id).then(refresh, complainAbout);
            setRemoving(null);
          }}
        >
          {t('tokens.remove')}
        </Button>
      </Modal>
    </Page>
  );
}

/** The secret is shown once; only its hash is kept. */
function AddToken({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const [secret, setSecret] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    try {
      setSecret((await addToken(name.trim())).secret);
      onDone();
    } catch (problem) {
      setError(wordsFor(problem));
    }
  };
  if (secret)
    return (
      <div className="col g12">
        <p className="t13 i2">{t('tokens.once')}</p>
        <Copyable value={secret} label={t('tokens.copy')} />
      </div>
    );
  return (
    <form className="col g12" onSubmit={submit}>
      <TextInput
        label={t('customer.name')}
        description={t('tokens.nameHint')}
        required
        withAsterisk={false}
        data-autofocus
        value={name}
        error={error}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button type="submit">{t('tokens.add')}</Button>
    </form>
  );
}
