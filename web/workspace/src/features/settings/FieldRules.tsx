import { ActionIcon, Button, Checkbox, Select } from '@mantine/core';
import { IconArrowLeft, IconArrowRight, IconArrowsLeftRight, IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { type FieldRule, type Integration, useRemoteFields } from '~/api/integrations';

const plain = ['name', 'email', 'phone', 'company', 'tier', 'language', 'timeZone', 'tags'] as const;
type Direction = NonNullable<FieldRule['direction']>;
type Conflict = NonNullable<FieldRule['conflict']>;
const directions: Direction[] = ['both', 'pull', 'push'];
const conflicts: Conflict[] = ['newest', 'theirs', 'ours', 'fillEmpty'];
const arrows = { both: IconArrowsLeftRight, pull: IconArrowLeft, push: IconArrowRight };

type Props = {
  one: Integration;
  writes: boolean;
  rules: FieldRule[];
  onChange: (rules: FieldRule[]) => void;
  errors: Record<string, string>;
};

/** Which field here is which there, which way it goes, and who wins. */
export function FieldRules({ one, writes, rules, onChange, errors }: Props) {
  const { t } = useTranslation();
  const fields = useRemoteFields(one.id);
  const own = (fields.data?.ours ?? []).filter((field) => field.name.startsWith('custom.'));
  const ours = [
    ...plain.map((field) => ({ value: field as string, label: t(`import.field.${field}`) })),
    ...own.map((field) => ({ value: field.name, label: field.label ?? field.name })),
  ];
  const theirs = (rule: FieldRule) => {
    const known = (fields.data?.theirs ?? []).map((field) => ({
      value: field.name,
      label: field.label === field.name ? field.name : `${field.label} (${field.name})`,
    }));
    // What is mapped is shown, also a name in two parts, and what the other side no longer has.
    return known.some((field) => field.value === rule.theirs) || !rule.theirs
      ? known
      : [{ value: rule.theirs, label: rule.theirs.replace(' ', ' + ') }, ...known];
  };
  const change = (at: number, next: Partial<FieldRule>) => onChange(rules.map((rule, i) => (i === at ? { ...rule, ...next } : rule)));
  const nameOf = (rule: FieldRule) => ours.find((field) => field.value === rule.ours)?.label ?? rule.ours;
  const free = ours.filter((field) => !rules.some((rule) => rule.ours === field.value));
  return (
    <section className="col g12" aria-label={t('integration.fields')}>
      <h2 className="eyebrow">{t('integration.fields')}</h2>
      <p className="t13 i2">{t('integration.fieldsText')}</p>
      {fields.data?.problem && (
        <p className="banner warn" role="status">
          {fields.data.problem}
        </p>
      )}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
      <section className="scroll-x" tabIndex={0} aria-label={t('integration.fields')}>
        <table className="mergetable rules">
          <thead>
            <tr>
              <th scope="col">{t('integration.here')}</th>
              <th scope="col">{t('integration.direction')}</th>
              <th scope="col">
                <bdi>{one.name}</bdi>
              </th>
              <th scope="col">{t('integration.conflict')}</th>
              <th scope="col">{t('integration.clears')}</th>
              <th scope="col">
                <span className="sr">{t('integration.remove')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule, i) => {
              const Arrow = arrows[rule.direction ?? 'both'];
              const problem = rule.problem ?? errors[`rules.${i}.theirs`] ?? errors[`rules.${i}.ours`] ?? errors[`rules.${i}.direction`];
              return (
                <tr key={rule.ours}>
                  <th scope="row">
                    <bdi>{nameOf(rule)}</bdi>
                    {problem && <span className="t12 bad-ink block">{problem}</span>}
                  </th>
                  <td>
                    <Select
                      size="xs"
                      w={150}
                      disabled={!writes}
                      leftSection={<Arrow size={14} className="flips" aria-hidden />}
                      aria-label={t('integration.directionOf', { field: nameOf(rule) })}
                      data={directions.map((value) => ({ value, label: t(`integration.directions.${value}`) }))}
                      value={writes ? (rule.direction ?? 'both') : 'pull'}
                      allowDeselect={false}
                      onChange={(value) => change(i, { direction: value as Direction })}
                    />
                  </td>
                  <td>
                    <Select
                      size="xs"
                      w={210}
                      searchable
                      aria-label={t('integration.theirsOf', { field: nameOf(rule) })}
                      data={theirs(rule)}
                      value={rule.theirs || null}
                      allowDeselect={false}
                      error={errors[`rules.${i}.theirs`] ? true : undefined}
                      onChange={(value) => change(i, { theirs: value ?? '', problem: null })}
                    />
                  </td>
                  <td>
                    <Select
                      size="xs"
                      w={190}
                      aria-label={t('integration.conflictOf', { field: nameOf(rule) })}
                      data={conflicts.map((value) => ({ value, label: t(`integration.conflicts.${value}`) }))}
                      value={rule.conflict ?? 'newest'}
                      allowDeselect={false}
                      onChange={(value) => change(i, { conflict: value as Conflict })}
                    />
                  </td>
                  <td>
                    <Checkbox
                      size="xs"
                      aria-label={t('integration.clearsOf', { field: nameOf(rule) })}
                      checked={rule.clears === true}
                      onChange={(event) => change(i, { clears: event.currentTarget.checked })}
                    />
                  </td>
                  <td>
                    <ActionIcon
                      variant="subtle"
                      aria-label={t('integration.removeField', { field: nameOf(rule) })}
                      onClick={() => onChange(rules.filter((_, at) => at !== i))}
                    >
                      <IconTrash size={15} />
                    </ActionIcon>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
      {free.length > 0 && (
        <div className="row wrap">
          <Select
            size="xs"
            w={220}
            searchable
            aria-label={t('integration.addField')}
            placeholder={t('integration.addField')}
            leftSection={<IconPlus size={14} aria-hidden />}
            data={free}
            value={null}
            onChange={(value) =>
              value &&
              onChange([...rules, { ours: value, theirs: '', direction: writes ? 'both' : 'pull', conflict: 'newest', clears: false }])
            }
          />
          {fields.isError && (
            <Button size="xs" variant="default" onClick={() => void fields.refetch()}>
              {t('common.tryAgain')}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}
