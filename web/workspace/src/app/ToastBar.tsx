import { ActionIcon, Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { dismiss, toasts, undoLast } from '~/lib/toast';

export function ToastBar() {
  const { t } = useTranslation();
  const toast = toasts.use();
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toast && (
        <div key={toast.id} className={`toast ${toast.tone}`}>
          <span className="grow">{toast.text}</span>
          {toast.undo && (
            <Button variant="subtle" size="xs" onClick={undoLast}>
              {t('common.undo')}
            </Button>
          )}
          <ActionIcon aria-label={t('common.dismiss')} onClick={dismiss} size={28}>
            <IconX size={16} />
          </ActionIcon>
        </div>
      )}
    </div>
  );
}
