import { TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsFor } from '~/lib/problem';

type Props = {
  label: string;
  value: string | null;
  empty: string;
  strong?: boolean;
  disabled: boolean;
  onSave: (value: string | null) => Promise<void>;
};

/** Text that becomes a field when clicked; Enter or leaving saves, Escape does not. */
export function EditableField({ label, value, empty, strong, disabled, onSave }: Props) {
  const { t } = useTranslation();
  const [editing, setEditing] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const shown = <bdi className={`cut ${strong ? 'b' : 't13'} ${value ? '' : 'i3'}`}>{value ?? empty}</bdi>;
  if (disabled) return strong || value ? shown : null;
  if (editing === null)
    return (
      <button
        type="button"
        className="editable"
        onClick={() => setEditing(value ?? '')}
        aria-label={value ? t('customer.edit', { what: label, value }) : undefined}
      >
        {shown}
        <IconPencil size={14} stroke={1.6} aria-hidden />
      </button>
    );
  const save = async () => {
    const next = editing.trim() || null;
    if (next === value) return setEditing(null);
    try {
      await onSave(next);
      setEditing(null);
      setError(null);
    } catch (problem) {
      setError(wordsFor(problem));
    }
  };
  return (
    <TextInput
      aria-label={label}
      size="xs"
      autoFocus
      dir="auto"
      value={editing}
      error={error}
      onChange={(event) => setEditing(event.currentTarget.value)}
      onBlur={() => void save()}
      onKeyDown={(event) => {
        if (event.key === 'Enter') void save();
        if (event.key === 'Escape') {
          setEditing(null);
          setError(null);
        }
      }}
    />
  );
}
