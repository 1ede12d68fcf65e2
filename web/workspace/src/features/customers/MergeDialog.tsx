import { Button, Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowMerge, IconSearch } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useCustomers } from '~/api/customers/customers';
import { type MergePreview, mergeCustomers, undoMerge, useMergePreview } from '~/api/customers/merges';
import { flat } from '~/api/paging';
import type { Customer, CustomerItem } from '~/api/types';
import { Avatar } from '~/components/Avatar';
import { Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout } from '~/lib/problem';
import { agoWords, useNow } from '~/lib/time';
import { say } from '~/lib/toast';
import { useFieldName } from './fields';

type Props = { customer: Customer; onClose: () => void };

/** Two profiles of one person: find the other one, see what will be shown, merge. Nothing is lost, and it can be undone any time. */
export function MergeDialog({ customer, onClose }: Props) {
  const { t } = useTranslation();
  const [other, setOther] = useState<CustomerItem | null>(null);
  return (
    <Modal opened onClose={onClose} size={640} title={<b>{t('merge.title')}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {other ? (
        <Preview customer={customer} other={other} onBack={() => setOther(null)} onClose={onClose} />
      ) : (
        <Find customer={customer} onFound={setOther} />
      )}
    </Modal>
  );
}

function Find({ customer, onFound }: { customer: Customer; onFound: (other: CustomerItem) => void }) {
  const { t } = useTranslation();
  const now = useNow();
  const [text, setText] = useState(customer.name ?? '');
  const [q] = useDebouncedValue(text, 200);
  const list = useCustomers(q);
  const found = flat(list.data).filter((one) => one.id !== customer.id);
  return (
    <div className="col g12">
      <p className="t13 i2">{t('merge.intro')}</p>
      <TextInput
        data-autofocus
        label={t('merge.find')}
        leftSection={<IconSearch size={16} aria-hidden />}
        value={text}
        dir="auto"
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {list.isPending && <TableBones />}
      {list.isError && <Failure title={t('merge.findFailed')} error={list.error} retry={() => void list.refetch()} />}
      {list.isSuccess && found.length === 0 && <p className="t13 i2">{t('merge.nobody')}</p>}
      <ul className="col found">
        {found.slice(0, 8).map((one) => (
          <li key={one.id}>
            <button type="button" className="profilepick row row-12" onClick={() => onFound(one)}>
              <Avatar name={one.name ?? one.address ?? '?'} photo={one.photoId} size={32} />
              <span className="col grow start">
                <b className="t13 cut">
                  <bdi>{one.name ?? one.address ?? t('customer.unnamed')}</bdi>
                </b>
                <span className="t12 i2 cut">
                  <bdi>
                    {[one.address, one.lastSeenAt && t('customers.seen', { time: agoWords(one.lastSeenAt, now) })]
                      .filter(Boolean)
                      .join(' · ')}
                  </bdi>
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Preview({
  customer,
  other,
  onBack,
  onClose,
}: {
  customer: Customer;
  other: CustomerItem;
  onBack: () => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const preview = useMergePreview(customer.id, other.id);
  const client = useQueryClient();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const refresh = () => {
    void client.invalidateQueries({ queryKey: ['customers'] });
    void client.invalidateQueries({ queryKey: ['conversations'] });
  };
  const merge = async () => {
    setBusy(true);
    try {
      const person = await mergeCustomers(customer.id, other.id);
      refresh();
      onClose();
      void navigate({ to: '/customers/$customerId', params: { customerId: person.id } });
      say(t('merge.done'));
    } catch (error) {
      complainAbout(error);
      setBusy(false);
    }
  };
  if (preview.isError) return <Failure title={t('merge.previewFailed')} error={preview.error} retry={() => void preview.refetch()} />;
  if (!preview.data) return <TableBones />;
  const open = preview.data.left.openConversations + preview.data.right.openConversations;
  return (
    <div className="col g16">
      <Table preview={preview.data} />
      <ul className="t13 i2 plainlist">
        {open > 1 && <li>{t('merge.openStay', { count: open })}</li>}
        <li>{t('merge.kept')}</li>
        <li>{t('merge.undoLater')}</li>
      </ul>
      <div className="row wrap end-row">
        <Button variant="default" onClick={onBack}>
          {t('common.back')}
        </Button>
        <Button loading={busy} leftSection={<IconArrowMerge size={16} aria-hidden />} onClick={() => void merge()}>
          {t('merge.confirm')}
        </Button>
      </div>
    </div>
  );
}

function Table({ preview }: { preview: MergePreview }) {
  const { t } = useTranslation();
  const nameOf = useFieldName();
  const { left, right, fields } = preview;
  const head = (side: MergePreview['left']) => (
    <th scope="col">
      <bdi>{side.name ?? t('customer.unnamed')}</bdi>
      <span className="t12 i2 plain">{t('merge.counts', { count: side.conversations, handles: side.identities })}</span>
    </th>
  );
  return (
    <div className="scroll-x">
      <table className="mergetable">
        <thead>
          <tr>
            <td />
            {head(left)}
            {head(right)}
          </tr>
        </thead>
        <tbody>
          {fields.map((field) => (
            <tr key={field.field}>
              <th scope="row">{nameOf(field.field)}</th>
              {[field.left, field.right].map((value, i) => (
                <td key={i} className={value === field.shown ? 'shown' : 'i2'}>
                  {value === null ? (
                    <span className="i3">—</span>
                  ) : field.field === 'photo' ? (
                    <Avatar name="" photo={value} size={24} />
                  ) : (
                    <bdi>{value}</bdi>
                  )}
                  {value === field.shown && field.left !== field.right && <span className="sr"> {t('merge.shown')}</span>}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** For the list of merges: takes one back, and says so. */
export const useUndoMerge = (customerId: string) => {
  const { t } = useTranslation();
  const client = useQueryClient();
  return async (merge: string) => {
    try {
      await undoMerge(customerId, merge);
      void client.invalidateQueries({ queryKey: ['customers'] });
      void client.invalidateQueries({ queryKey: ['conversations'] });
      say(t('merge.undone'));
    } catch (error) {
      complainAbout(error);
    }
  };
};
