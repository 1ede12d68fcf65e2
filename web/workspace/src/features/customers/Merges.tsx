import { Button, Popover } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useMerges, useValues } from '~/api/customers/merges';
import { Avatar } from '~/components/Avatar';
import { Bone } from '~/components/parts';
import { fullTime, shortDate } from '~/lib/time';
import { useFieldName } from './fields';
import { useUndoMerge } from './MergeDialog';

/** Which profiles were found to be this person, and by whom; shown only where there are some. */
export function Merges({ customerId, mayMerge }: { customerId: string; mayMerge: boolean }) {
  const { t } = useTranslation();
  const merges = useMerges(customerId).data ?? [];
  const undo = useUndoMerge(customerId);
  const [busy, setBusy] = useState<string | null>(null);
  if (merges.length === 0) return null;
  return (
    <section className="card">
      <h3 className="eyebrow">{t('merge.list')}</h3>
      <ul className="col g12">
        {merges.map((merge) => {
          const other = merge.left.id === customerId ? merge.right : merge.left;
          return (
            <li key={merge.id} className="row row-12">
              <span className="grow col start">
                <Link to="/customers/$customerId" params={{ customerId: other.id }} className="link t13 cut">
                  <bdi>{other.name ?? t('customer.unnamed')}</bdi>
                </Link>
                <span className="t12 i2" title={fullTime(merge.undoneAt ?? merge.at)}>
                  {merge.undoneAt
                    ? t('merge.undoneBy', { name: merge.undoneBy ?? t('merge.rule'), date: shortDate(merge.undoneAt) })
                    : t('merge.by', { name: merge.by ?? t('merge.rule'), date: shortDate(merge.at) })}
                </span>
              </span>
              {mayMerge && !merge.undoneAt && (
                <Button
                  size="xs"
                  variant="default"
                  loading={busy === merge.id}
                  onClick={() => {
                    setBusy(merge.id);
                    void undo(merge.id).finally(() => setBusy(null));
                  }}
                >
                  {t('merge.undo')}
                </Button>
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Where each value comes from: what is shown first, then what else was said. */
export function ValuesPopover({ customerId }: { customerId: string }) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const [open, setOpen] = useState(false);
  const values = useValues(customerId, open);
  return (
    <Popover opened={open} onChange={setOpen} width={340} position="bottom-end" trapFocus returnFocus>
      <Popover.Target>
        <button type="button" className="link t13" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t('values.open')}
        </button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('values.title')}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
        <section className="col g12 values scroll" tabIndex={0} aria-label={t('values.title')}>
          <b className="t13">{t('values.title')}</b>
          {values.isPending && <Bone w="70%" />}
          {values.data?.length === 0 && <p className="t13 i2">{t('values.none')}</p>}
          {values.data?.map((field) => (
            <section key={field.field}>
              <h4 className="t12 i2">{nameOf(field.field)}</h4>
              {field.values.map((value, i) => (
                <p key={i} className={`t13 ${i === 0 ? 'b' : 'i2'}`}>
                  {field.field === 'photo' ? <Avatar name="" photo={value.value} size={24} /> : <bdi>{value.value}</bdi>}
                  <span className="t12 i2 plain">
                    {' '}
                    {t(`values.from.${value.source}`, { name: value.from ?? '' })}, {shortDate(value.at)}
                  </span>
                </p>
              ))}
            </section>
          ))}
        </section>
      </Popover.Dropdown>
    </Popover>
  );
}
