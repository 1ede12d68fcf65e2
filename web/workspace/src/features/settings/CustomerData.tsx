import { Button, Modal, Select, TagsInput, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Attribute, type AttributeType, addAttribute, attributesKey, removeAttribute, useAttributes } from '~/api/customers/profile';
import { ApiProblem } from '~/api/http';
import { Page } from '~/components/Page';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout, wordsFor } from '~/lib/problem';
import { useBackToPlaces } from './back';
import { Segments } from './Segments';

const types: AttributeType[] = ['text', 'number', 'date', 'flag', 'choice', 'link'];

/** The fields a workspace adds to its profiles, and the groups it makes of them. */
export function CustomerData() {
  const { t } = useTranslation();
  return (
    <Page label={t('data.title')} title={t('data.title')} {...useBackToPlaces()}>
      <div className="col g24 integration">
        <Fields />
        <Segments />
      </div>
    </Page>
  );
}

function Fields() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const fields = useAttributes();
  const [adding, setAdding] = useState(false);
  const [removing, setRemoving] = useState<Attribute | null>(null);
  const refresh = () => void client.invalidateQueries({ queryKey: attributesKey });
  return (
    <section className="col g12" aria-label={t('data.fields')}>
      <div className="row row-12">
        <h2 className="eyebrow grow">{t('data.fields')}</h2>
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('data.addField')}
        </Button>
      </div>
      <p className="t13 i2">{t('data.fieldsText')}</p>
      {fields.isError ? (
        <Failure title={t('data.failed')} error={fields.error} retry={() => void fields.refetch()} />
      ) : fields.isPending ? (
        <TableBones rows={2} />
      ) : (
        fields.data.length > 0 && (
          <table className="tbl">
            <thead>
              <tr>
                <th>{t('data.label')}</th>
                <th>{t('data.type')}</th>
                <th className="hide-s">{t('data.key')}</th>
                <th className="r">
                  <span className="sr">{t('data.remove')}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {fields.data.map((field) => (
                <tr key={field.id}>
                  <td className="b">
                    <bdi>{field.label}</bdi>
                  </td>
                  <td className="i2">
                    {t(`data.types.${field.type}`)}
                    {field.choices.length > 0 && <span className="t12 i3 block">{field.choices.join(', ')}</span>}
                  </td>
                  <td className="hide-s i2 mono">{field.key}</td>
                  <td className="r">
                    <Button
                      size="xs"
                      variant="subtle"
                      className="danger"
                      aria-label={t('data.removeThis', { field: field.label })}
                      onClick={() => setRemoving(field)}
                    >
                      {t('data.remove')}
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      )}
      <Modal
        opened={adding}
        onClose={() => setAdding(false)}
        title={<b>{t('data.addField')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {adding && (
          <AddField
            onDone={() => {
              setAdding(false);
              refresh();
            }}
          />
        )}
      </Modal>
      <Modal
        opened={removing !== null}
        onClose={() => setRemoving(null)}
        title={<b>{t('data.removeTitle', { field: removing?.label ?? '' })}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <p className="t13 i2 pad-b">{t('data.removeText')}</p>
        <Button
          className="danger filled"
          onClick={() => {
            if (removing) void removeAttribute(removing.id).then(refresh, complainAbout);
            setRemoving(null);
          }}
        >
          {t('data.remove')}
        </Button>
      </Modal>
    </section>
  );
}

/** A key the API can use, made from the label. */
const keyOf = (label: string) =>
  label
    .normalize('NFD')
    .replace(/[^A-Za-z0-9 _]/g, '')
    .trim()
    .toLowerCase()
    .replace(/[ _]+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
    .replace(/^[^a-z]+/, '')
    .slice(0, 40);

function AddField({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const [label, setLabel] = useState('');
  const [key, setKey] = useState<string | null>(null);
  const [type, setType] = useState<AttributeType>('text');
  const [choices, setChoices] = useState<string[]>([]);
  const [errors, setErrors] = useState<Record<string, string>>({});
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setErrors({});
    try {
      await addAttribute({ key: key ?? keyOf(label), label: label.trim(), type, choices });
      onDone();
    } catch (error) {
      const wrong = error instanceof ApiProblem ? error.fields : {};
      setErrors(Object.keys(wrong).length === 0 ? { label: wordsFor(error) } : wrong);
    }
  };
  return (
    <form className="col g12" onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t('data.label')}
        required
        withAsterisk={false}
        data-autofocus
        maxLength={60}
        value={label}
        error={errors.label}
        onChange={(event) => setLabel(event.currentTarget.value)}
      />
      <Select
        label={t('data.type')}
        data={types.map((value) => ({ value, label: t(`data.types.${value}`) }))}
        value={type}
        allowDeselect={false}
        onChange={(value) => value && setType(value as AttributeType)}
      />
      {type === 'choice' && <TagsInput label={t('data.choices')} value={choices} error={errors.choices} onChange={setChoices} />}
      <TextInput
        label={t('data.key')}
        description={t('data.keyHint')}
        dir="ltr"
        maxLength={40}
        value={key ?? keyOf(label)}
        error={errors.key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <Button type="submit">{t('data.addField')}</Button>
    </form>
  );
}
