import {
  IconChevronRight,
  IconForms,
  IconGauge,
  IconInbox,
  IconKey,
  IconMessage2,
  IconPlugConnected,
  IconRoute,
  IconTableImport,
  IconTicket,
  IconTruckDelivery,
  IconUser,
  IconUsers,
  IconUsersGroup,
  IconUsersPlus,
} from '@tabler/icons-react';
import { Link, Navigate, Outlet, useLocation } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useMay } from '~/api/session';
import { useLayout } from '~/lib/layout';

const icon = { size: 17, stroke: 1.7, 'aria-hidden': true } as const;
function useParts() {
  const { t } = useTranslation();
  const manages = {
    agents: useMay('agents.manage'),
    routing: useMay('routing.manage'),
    replies: useMay('queues.supervise'),
    tokens: useMay('tokens.manage'),
    customers: useMay('customers.manage'),
    integrations: useMay('integrations.manage'),
  };
  return [
    { to: '/settings/profile' as const, label: t('account.profile'), icon: <IconUser {...icon} />, shown: true },
    { to: '/settings/inboxes' as const, label: t('nav.inboxes'), icon: <IconInbox {...icon} />, shown: true },
    { to: '/settings/agents' as const, label: t('agents.title'), icon: <IconUsersGroup {...icon} />, shown: manages.agents },
    { to: '/settings/teams' as const, label: t('teams.title'), icon: <IconUsersPlus {...icon} />, shown: manages.routing },
    { to: '/settings/routing' as const, label: t('routing.title'), icon: <IconRoute {...icon} />, shown: manages.routing },
    { to: '/settings/saved-replies' as const, label: t('saved.title'), icon: <IconMessage2 {...icon} />, shown: manages.replies },
    { to: '/settings/afterwards' as const, label: t('afterwards.title'), icon: <IconTicket {...icon} />, shown: manages.routing },
    { to: '/settings/customer-data' as const, label: t('data.title'), icon: <IconForms {...icon} />, shown: manages.customers },
    { to: '/settings/imports' as const, label: t('import.title'), icon: <IconTableImport {...icon} />, shown: manages.customers },
    {
      to: '/settings/integrations' as const,
      label: t('integration.title'),
      icon: <IconPlugConnected {...icon} />,
      shown: manages.integrations,
    },
    { to: '/settings/tokens' as const, label: t('tokens.title'), icon: <IconKey {...icon} />, shown: manages.tokens },
  ].filter((part) => part.shown);
}

export function SettingsPage() {
  const { t } = useTranslation();
  const layout = useLayout();
  const parts = useParts();
  const path = useLocation({ select: (location) => location.pathname });
  if (layout === 'phone') return <Outlet />;
  return (
    <div className="settings">
      <nav aria-label={t('nav.settings')}>
        <h2 className="eyebrow">{t('nav.settings')}</h2>
        {parts.map((part) => (
          <Link
            key={part.to}
            to={part.to}
            className={`nav ${path.startsWith(part.to) ? 'on' : ''}`}
            aria-current={path.startsWith(part.to) ? 'page' : undefined}
          >
            {part.icon}
            <span className="cut">{part.label}</span>
          </Link>
        ))}
      </nav>
      <Outlet />
    </div>
  );
}

/** On a phone a list of places; elsewhere the first of them. */
export function SettingsHome() {
  const { t } = useTranslation();
  const layout = useLayout();
  const parts = useParts();
  const seesDeliveries = useMay('deliveries.read');
  const supervises = useMay('queues.supervise');
  if (layout !== 'phone') return <Navigate to="/settings/profile" replace />;
  const places = [
    { to: '/customers' as const, label: t('nav.customers'), icon: <IconUsers {...icon} /> },
    { to: '/tickets' as const, label: t('nav.tickets'), icon: <IconTicket {...icon} /> },
    ...(supervises ? [{ to: '/queues' as const, label: t('nav.queues'), icon: <IconGauge {...icon} /> }] : []),
    ...(seesDeliveries ? [{ to: '/deliveries' as const, label: t('nav.deliveries'), icon: <IconTruckDelivery {...icon} /> }] : []),
    ...parts,
  ];
  return (
    <main className="places">
      <h1 className="t20 b">{t('nav.more')}</h1>
      {places.map((place) => (
        <Link key={place.to} to={place.to} className="place row row-12">
          {place.icon}
          <span className="grow">{place.label}</span>
          <IconChevronRight size={16} className="flips" aria-hidden />
        </Link>
      ))}
    </main>
  );
}
