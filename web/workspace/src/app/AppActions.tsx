import {
  IconGauge,
  IconInbox,
  IconKeyboard,
  IconLayoutSidebar,
  IconSearch,
  IconSettings,
  IconTicket,
  IconTruckDelivery,
  IconUsers,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '~/api/session';
import { useActions } from '~/lib/actions';
import { undoLast } from '~/lib/toast';
import { paletteOpen, sheetOpen, sideFolded } from './uiState';

/** What can be done from anywhere. */
export function AppActions() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const seesDeliveries = useMay('deliveries.read');
  const supervises = useMay('queues.supervise');
  useActions([
    {
      id: 'palette',
      label: t('keys.palette'),
      group: 'app',
      keys: 'mod+k',
      icon: IconSearch,
      hidden: true,
      run: () => paletteOpen.set((open) => !open),
    },
    { id: 'sheet', label: t('keys.sheet'), group: 'app', keys: '?', icon: IconKeyboard, run: () => sheetOpen.set(true) },
    { id: 'fold', label: t('keys.fold'), group: 'app', keys: '[', icon: IconLayoutSidebar, run: () => sideFolded.set((folded) => !folded) },
    { id: 'undo', label: t('keys.undo'), group: 'app', keys: 'mod+z', hidden: true, run: undoLast },
    {
      id: 'go.inbox',
      label: t('keys.goInbox'),
      group: 'go',
      keys: 'g i',
      icon: IconInbox,
      run: () => void navigate({ to: '/inbox', search: {} }),
    },
    {
      id: 'go.customers',
      label: t('keys.goCustomers'),
      group: 'go',
      keys: 'g c',
      icon: IconUsers,
      run: () => void navigate({ to: '/customers' }),
    },
    {
      id: 'go.tickets',
      label: t('keys.goTickets'),
      group: 'go',
      keys: 'g t',
      icon: IconTicket,
      run: () => void navigate({ to: '/tickets' }),
    },
    ...(supervises
      ? [
          {
            id: 'go.queues',
            label: t('keys.goQueues'),
            group: 'go' as const,
            keys: 'g q',
            icon: IconGauge,
            run: () => void navigate({ to: '/queues' }),
          },
        ]
      : []),
    ...(seesDeliveries
      ? [
          {
            id: 'go.deliveries',
            label: t('keys.goDeliveries'),
            group: 'go' as const,
            keys: 'g d',
            icon: IconTruckDelivery,
            run: () => void navigate({ to: '/deliveries' }),
          },
        ]
      : []),
    {
      id: 'go.settings',
      label: t('keys.goSettings'),
      group: 'go',
      keys: 'g s',
      icon: IconSettings,
      run: () => void navigate({ to: '/settings' }),
    },
  ]);
  return null;
}
