import { ActionIcon, Button, MultiSelect, SegmentedControl, Select, TagsInput, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Condition, Plan, Rule } from '~/api/routing';
import type { Choice, Things } from './things';
import { plainFields, useRoutingWords } from './words';

const free = new Set(['tier', 'tag', 'company', 'keyword', 'campaign']);

/** What may be said of a field. */
const comparable = (field: string, things: Things): string[] => {
  if (field === 'hours') return ['open', 'closed'];
  if (field === 'keyword') return ['contains', 'isNot'];
  if (field === 'returning' || field === 'sentiment' || field === 'urgency' || field === 'audience') return ['is'];
  if (field === 'company' || field === 'campaign') return ['contains', 'is', 'isNot', 'set', 'unset'];
  if (field === 'channel' || field === 'inbox' || field === 'segment') return ['is', 'isNot'];
  const type = things.own.find((one) => `custom.${one.key}` === field)?.type;
  if (type === 'number' || type === 'date') return ['atLeast', 'atMost', 'is', 'isNot', 'set', 'unset'];
  return ['is', 'isNot', 'set', 'unset'];
};

export function Conditions({ rule, things, plan, onChange }: { rule: Rule; things: Things; plan: Plan; onChange: (rule: Rule) => void }) {
  const { t } = useTranslation();
  const words = useRoutingWords(things.names, things.fields);
  const fields: Choice[] = [
    ...plainFields.map((field) => ({ value: field as string, label: t(`routing.field.${field}`) })),
    ...things.own.map((field) => ({ value: `custom.${field.key}`, label: field.label })),
  ];
  const change = (at: number, next: Partial<Condition>) =>
    onChange({ ...rule, when: rule.when.map((one, i) => (i === at ? { ...one, ...next } : one)) });
  const choices = (field: string): Choice[] | null => {
    const said = (values: string[]) => values.map((value) => ({ value, label: words.condition({ field, is: 'is', values: [value] }) }));
    if (field === 'channel') return things.channels;
    if (field === 'inbox') return things.inboxes;
    if (field === 'segment') return things.segments;
    if (field === 'hours') return things.calendars;
    if (field === 'previousAgent') return things.agents;
    if (field === 'language') return things.languages;
    if (field === 'queryType') return plan.queryTypes.map((type) => ({ value: type.name, label: type.name }));
    if (field === 'sentiment')
      return ['negative', 'neutral', 'positive'].map((value) => ({ value, label: t(`routing.sentiment.${value as 'neutral'}`) }));
    if (field === 'urgency') return ['high', 'normal'].map((value) => ({ value, label: t(`routing.urgency.${value as 'normal'}`) }));
    if (field === 'audience')
      return ['private', 'shared', 'public'].map((value) => ({ value, label: t(`routing.audience.${value as 'private'}`) }));
    if (field === 'returning')
      return ['true', 'false'].map((value) => ({ value, label: t(value === 'true' ? 'routing.yes' : 'routing.no') }));
    const own = things.own.find((one) => `custom.${one.key}` === field);
    if (own?.type === 'choice') return own.choices.map((value) => ({ value, label: value }));
    if (own?.type === 'flag')
      return said(['true', 'false']).map((one) => ({ ...one, label: t(one.value === 'true' ? 'routing.yes' : 'routing.no') }));
    return null;
  };
  return (
    <fieldset>
      <legend>{t('routing.when')}</legend>
      {rule.when.length > 1 && (
        <SegmentedControl
          size="xs"
          aria-label={t('routing.match')}
          value={rule.match}
          onChange={(match) => onChange({ ...rule, match })}
          data={[
            { value: 'all', label: t('routing.all') },
            { value: 'any', label: t('routing.any') },
          ]}
        />
      )}
      <ul className="conds plain">
        {rule.when.map((one, at) => {
          const among = choices(one.field);
          const valued = one.is !== 'set' && one.is !== 'unset';
          const label = t('routing.valueOf', { field: words.field(one.field) });
          return (
            <li key={at}>
              <Select
                size="xs"
                aria-label={t('routing.fieldLabel')}
                data={fields}
                value={one.field}
                allowDeselect={false}
                searchable
                onChange={(field) => field && change(at, { field, is: comparable(field, things)[0] ?? 'is', values: [] })}
              />
              <Select
                size="xs"
                aria-label={t('routing.isLabel')}
                data={comparable(one.field, things).map((is) => ({ value: is, label: t(`routing.isWord.${is as 'is'}`) }))}
                value={one.is}
                allowDeselect={false}
                onChange={(is) => is && change(at, { is, values: is === 'set' || is === 'unset' ? [] : one.values })}
              />
              <div className="val">
                {!valued ? (
                  <span />
                ) : one.field === 'hours' || one.field === 'returning' ? (
                  <Select
                    size="xs"
                    aria-label={label}
                    data={among ?? []}
                    value={one.values[0] ?? null}
                    placeholder={among?.length === 0 ? t('routing.noneYet') : t('routing.choose')}
                    onChange={(value) => change(at, { values: value ? [value] : [] })}
                  />
                ) : among ? (
                  <MultiSelect
                    size="xs"
                    aria-label={label}
                    data={among}
                    value={one.values}
                    searchable
                    placeholder={one.values.length > 0 ? '' : among.length === 0 ? t('routing.noneYet') : t('routing.choose')}
                    onChange={(values) => change(at, { values })}
                  />
                ) : free.has(one.field) || one.is === 'is' || one.is === 'isNot' ? (
                  <TagsInput
                    size="xs"
                    aria-label={label}
                    value={one.values}
                    acceptValueOnBlur
                    placeholder={one.values.length > 0 ? '' : t('routing.typeAndEnter')}
                    onChange={(values) => change(at, { values })}
                  />
                ) : (
                  <TextInput
                    size="xs"
                    aria-label={label}
                    value={one.values[0] ?? ''}
                    onChange={(event) => change(at, { values: event.currentTarget.value ? [event.currentTarget.value] : [] })}
                  />
                )}
              </div>
              <ActionIcon
                variant="subtle"
                aria-label={t('routing.removeCondition')}
                onClick={() => onChange({ ...rule, when: rule.when.filter((_, i) => i !== at) })}
              >
                <IconTrash size={15} />
              </ActionIcon>
            </li>
          );
        })}
      </ul>
      <div>
        <Button
          size="compact-xs"
          variant="subtle"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={rule.when.length >= 20}
          onClick={() => onChange({ ...rule, when: [...rule.when, { field: 'queryType', is: 'is', values: [] }] })}
        >
          {t('routing.addCondition')}
        </Button>
      </div>
    </fieldset>
  );
}
