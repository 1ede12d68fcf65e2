import { Button, Modal, TextInput } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { eraseCustomer } from '~/api/customers/profile';
import type { Customer } from '~/api/types';
import { nameOf } from '~/lib/people';
import { complainAbout } from '~/lib/problem';
import { say } from '~/lib/toast';

/** The one thing here that cannot be undone: so the name has to be typed. */
export function EraseDialog({ customer, onClose }: { customer: Customer; onClose: () => void }) {
  const { t } = useTranslation();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const [busy, setBusy] = useState(false);
  const name = nameOf({ name: customer.name, address: customer.identities[0]?.address ?? null });
  const erase = async () => {
    setBusy(true);
    try {
      const gone = await eraseCustomer(customer.id);
      void navigate({ to: '/customers' });
      client.removeQueries({ queryKey: ['customers'] });
      void client.invalidateQueries({ queryKey: ['conversations'] });
      say(t('erase.done', { count: gone.messages }));
    } catch (error) {
      complainAbout(error);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={<b>{t('erase.title')}</b>} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        className="col g16"
        onSubmit={(event) => {
          event.preventDefault();
          if (typed.trim() === name) void erase();
        }}
      >
        <p className="t13">{t('erase.what', { name })}</p>
        <p className="t13 i2">{t('erase.final')}</p>
        <TextInput
          data-autofocus
          label={t('erase.type', { name })}
          value={typed}
          dir="auto"
          autoComplete="off"
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <div className="row wrap end-row">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            type="submit"
            color="red"
            loading={busy}
            disabled={typed.trim() !== name}
            leftSection={<IconTrash size={16} aria-hidden />}
          >
            {t('erase.confirm')}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
