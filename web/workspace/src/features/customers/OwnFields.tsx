import { Checkbox, Select, TagsInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Attribute, useAttributes } from '~/api/customers/profile';
import { ApiProblem } from '~/api/http';
import type { Customer } from '~/api/types';
import { complainAbout, wordsFor } from '~/lib/problem';
import { useSaveCustomer } from './CustomerPanel';

/** Tags and the workspace's own fields; each is saved as it is left. */
export function OwnFields({ customer, mayEdit }: { customer: Customer; mayEdit: boolean }) {
  const { t } = useTranslation();
  const fields = useAttributes().data ?? [];
  const save = useSaveCustomer(customer.id);
  if (!mayEdit && customer.tags.length === 0 && fields.length === 0) return null;
  return (
    <section className="card">
      <h3 className="eyebrow">{t('own.title')}</h3>
      <div className="col g12">
        <TagsInput
          label={t('own.tags')}
          placeholder={customer.tags.length === 0 ? t('own.addTag') : ''}
          value={customer.tags}
          readOnly={!mayEdit}
          maxTags={50}
          clearable={false}
          onChange={(tags) => void save({ tags }).catch(complainAbout)}
        />
        {fields.map((field) => (
          <OwnField key={field.id} field={field} value={customer.attributes[field.key] ?? ''} readOnly={!mayEdit} save={save} />
        ))}
      </div>
    </section>
  );
}

type FieldProps = { field: Attribute; value: string; readOnly: boolean; save: ReturnType<typeof useSaveCustomer> };
function OwnField({ field, value, readOnly, save }: FieldProps) {
  const [text, setText] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const put = async (next: string | null) => {
    setText(null);
    if ((next ?? '') === value) return setError(null);
    try {
      await save({ attributes: { [field.key]: next || null } });
      setError(null);
    } catch (problem) {
      setText(next);
      setError(problem instanceof ApiProblem ? (problem.fields[`custom.${field.key}`] ?? wordsFor(problem)) : wordsFor(problem));
    }
  };
  if (field.type === 'flag')
    return (
      <Checkbox
        label={field.label}
        checked={value === 'true'}
        disabled={readOnly}
        onChange={(event) => void put(event.currentTarget.checked ? 'true' : 'false')}
      />
    );
  if (field.type === 'choice')
    return (
      <Select
        label={field.label}
        data={field.choices}
        clearable
        value={value || null}
        readOnly={readOnly}
        error={error}
        onChange={(next) => void put(next)}
      />
    );
  return (
    <TextInput
      label={field.label}
      dir="auto"
      type={field.type === 'date' ? 'date' : field.type === 'link' ? 'url' : 'text'}
      inputMode={field.type === 'number' ? 'decimal' : undefined}
      readOnly={readOnly}
      value={text ?? value}
      error={error}
      onChange={(event) => setText(event.currentTarget.value)}
      onBlur={() => text !== null && void put(text.trim())}
    />
  );
}
