import { ActionIcon, Button, Modal, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Attribute, useAttributes } from '~/api/customers/profile';
import {
  removeSegment,
  type Segment,
  type SegmentCondition,
  type SegmentRule,
  saveSegment,
  segmentsKey,
  useRuleCount,
  useSegments,
} from '~/api/customers/segments';
import { ApiProblem } from '~/api/http';
import { Empty, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout, wordsFor } from '~/lib/problem';

const plain = ['name', 'company', 'tier', 'language', 'timeZone', 'tag', 'channel', 'consent', 'lastSeen', 'created', 'blocked'] as const;
const valueless = new Set(['set', 'unset']);
const choices = (field: string, own: Attribute[]): string[] => {
  if (field === 'lastSeen') return ['within', 'before', 'set', 'unset'];
  if (field === 'created') return ['within', 'before'];
  if (field === 'channel' || field === 'consent') return ['is', 'isNot'];
  if (field === 'blocked') return ['is'];
  if (field === 'tag') return ['is', 'isNot', 'set', 'unset'];
  const type = own.find((one) => `custom.${one.key}` === field)?.type;
  if (type === 'number' || type === 'date') return ['atLeast', 'atMost', 'is', 'isNot', 'set', 'unset'];
  if (type) return ['is', 'isNot', 'set', 'unset'];
  return ['is', 'isNot', 'contains', 'set', 'unset'];
};

/** Groups of customers by rule, how many are in each now, and the tier they give. */
export function Segments() {
  const { t } = useTranslation();
  const segments = useSegments();
  const [open, setOpen] = useState<Segment | 'new' | null>(null);
  const add = (
    <Button size="xs" variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setOpen('new')}>
      {t('segment.add')}
    </Button>
  );
  return (
    <section className="col g12" aria-label={t('segment.title')}>
      <div className="row row-12">
        <h2 className="eyebrow grow">{t('segment.title')}</h2>
        {segments.data && segments.data.length > 0 && add}
      </div>
      <p className="t13 i2">{t('segment.intro')}</p>
      {segments.isError ? (
        <Failure title={t('segment.failed')} error={segments.error} retry={() => void segments.refetch()} />
      ) : segments.isPending ? (
        <TableBones rows={2} />
      ) : segments.data.length === 0 ? (
        <Empty title={t('segment.none')} action={add}>
          {t('segment.noneText')}
        </Empty>
      ) : (
        <ul className="col g8 plain">
          {segments.data.map((segment) => (
            <li key={segment.id} className="card row row-12 wrap">
              <span className="grow col start">
                <button type="button" className="link t14" onClick={() => setOpen(segment)}>
                  <bdi>{segment.name}</bdi>
                </button>
                <span className="t12 i2">{t('segment.conditions', { count: segment.rule.conditions.length })}</span>
              </span>
              {segment.tier && <Tag tone="gold">{segment.tier}</Tag>}
              <Counted rule={segment.rule} />
            </li>
          ))}
        </ul>
      )}
      <Modal
        opened={open !== null}
        onClose={() => setOpen(null)}
        size="lg"
        title={<b>{open === 'new' ? t('segment.add') : t('segment.edit')}</b>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        {open !== null && <Edit segment={open === 'new' ? null : open} onDone={() => setOpen(null)} />}
      </Modal>
    </section>
  );
}

function Counted({ rule }: { rule: SegmentRule }) {
  const { t } = useTranslation();
  const count = useRuleCount(rule, true);
  return (
    <span className="t13 i2 num" role="status">
      {count.data ? t(count.data.more ? 'segment.moreThan' : 'segment.customers', { count: count.data.count }) : count.isError ? '–' : '…'}
    </span>
  );
}

function Edit({ segment, onDone }: { segment: Segment | null; onDone: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const own = useAttributes().data ?? [];
  const [name, setName] = useState(segment?.name ?? '');
  const [tier, setTier] = useState(segment?.tier ?? '');
  const [rule, setRule] = useState<SegmentRule>(segment?.rule ?? { match: 'all', conditions: [{ field: 'tag', is: 'is', value: '' }] });
  const [errors, setErrors] = useState<Record<string, string>>({});
  const [busy, setBusy] = useState(false);
  const [settled] = useDebouncedValue(rule, 400);
  const whole =
    settled.conditions.length > 0 && settled.conditions.every((one) => valueless.has(one.is) || (one.value ?? '').trim() !== '');
  const change = (at: number, next: Partial<SegmentCondition>) =>
    setRule({ ...rule, conditions: rule.conditions.map((one, i) => (i === at ? { ...one, ...next } : one)) });
  const fields = [
    ...plain.map((field) => ({ value: field as string, label: t(`segment.field.${field}`) })),
    ...own.map((field) => ({ value: `custom.${field.key}`, label: field.label })),
  ];
  const finish = (work: Promise<unknown>) =>
    work.then(() => {
      void client.invalidateQueries({ queryKey: segmentsKey });
      onDone();
    });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setErrors({});
    try {
      await finish(saveSegment(segment?.id ?? null, { name: name.trim(), rule, tier: tier.trim() }));
    } catch (error) {
      const wrong = error instanceof ApiProblem ? error.fields : {};
      setErrors(Object.keys(wrong).length === 0 ? { name: wordsFor(error) } : wrong);
      setBusy(false);
    }
  };
  return (
    <form className="col g16" onSubmit={(event) => void submit(event)}>
      <TextInput
        label={t('segment.name')}
        required
        withAsterisk={false}
        data-autofocus
        maxLength={80}
        value={name}
        error={errors.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <SegmentedControl
        aria-label={t('segment.match')}
        value={rule.match}
        onChange={(match) => setRule({ ...rule, match })}
        data={[
          { value: 'all', label: t('segment.all') },
          { value: 'any', label: t('segment.any') },
        ]}
      />
      <ul className="col g8 plain">
        {rule.conditions.map((one, i) => (
          <li key={i} className="row wrap">
            <Select
              size="xs"
              w={150}
              aria-label={t('segment.fieldLabel')}
              data={fields}
              value={one.field}
              allowDeselect={false}
              onChange={(field) =>
                field && change(i, { field, is: choices(field, own)[0] ?? 'is', value: field === 'blocked' ? 'true' : '' })
              }
            />
            <Select
              size="xs"
              w={140}
              aria-label={t('segment.isLabel')}
              data={choices(one.field, own).map((is) => ({ value: is, label: t(`segment.is.${is as 'is'}`) }))}
              value={one.is}
              allowDeselect={false}
              onChange={(is) => is && change(i, { is })}
            />
            {!valueless.has(one.is) && one.field !== 'blocked' && (
              <TextInput
                size="xs"
                className="grow"
                miw={150}
                aria-label={t('segment.valueLabel')}
                placeholder={one.is === 'within' || one.is === 'before' ? t('segment.daysHint') : ''}
                value={one.value ?? ''}
                error={errors[`conditions.${i}.value`] ?? errors[`conditions.${i}.field`] ?? errors[`conditions.${i}.is`]}
                onChange={(event) => change(i, { value: event.currentTarget.value })}
              />
            )}
            <ActionIcon
              variant="subtle"
              aria-label={t('segment.removeCondition')}
              disabled={rule.conditions.length === 1}
              onClick={() => setRule({ ...rule, conditions: rule.conditions.filter((_, at) => at !== i) })}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <div className="row row-12">
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} aria-hidden />}
          disabled={rule.conditions.length >= 20}
          onClick={() => setRule({ ...rule, conditions: [...rule.conditions, { field: 'tag', is: 'is', value: '' }] })}
        >
          {t('segment.addCondition')}
        </Button>
        {whole && <Counted rule={settled} />}
      </div>
      <TextInput
        label={t('segment.tier')}
        description={t('segment.tierHint')}
        maxLength={60}
        value={tier}
        error={errors.tier}
        onChange={(event) => setTier(event.currentTarget.value)}
      />
      <div className="row wrap">
        <Button type="submit" loading={busy}>
          {t('common.save')}
        </Button>
        {segment && (
          <>
            <Link to="/customers" search={{ segment: segment.id }} className="link t13">
              {t('segment.show')}
            </Link>
            <span className="grow" />
            <Button variant="subtle" className="danger" onClick={() => void finish(removeSegment(segment.id)).catch(complainAbout)}>
              {t('segment.remove')}
            </Button>
          </>
        )}
      </div>
    </form>
  );
}
