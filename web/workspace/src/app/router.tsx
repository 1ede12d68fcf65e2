import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, redirect, useNavigate } from '@tanstack/react-router';
import type { Sort, StatusFilter, View } from '~/api/conversations/list';
import type { DeliveryFilter } from '~/api/deliveries';
import { AcceptInvite } from '~/features/session/InviteForm';
import '~/lib/arrival';
import { enter } from './account';
import { Gate } from './Gate';
import { InboxPage } from './InboxPage';
import { NotFound } from './NotFound';

export type InboxSearch = { view?: View; status?: StatusFilter; sort?: Sort; inbox?: string };
const among = <T extends string>(value: unknown, allowed: readonly T[]): T | undefined => allowed.find((one) => one === value);
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
/** Only what differs from the usual stands in the address. */
const filled = <T extends object>(values: T) =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: NonNullable<T[K]> };

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFound });
const inside = createRoute({ getParentRoute: () => root, id: 'inside', component: Gate });
const index = createRoute({
  getParentRoute: () => inside,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/inbox' });
  },
});

const inbox = createRoute({
  getParentRoute: () => inside,
  path: 'inbox',
  component: InboxPage,
  validateSearch: (search: Record<string, unknown>): InboxSearch =>
    filled({
      view: among(search.view, ['mine', 'unassigned'] as const),
      status: among(search.status, ['snoozed', 'resolved', 'any'] as const),
      sort: among(search.sort, ['oldest', 'waiting'] as const),
      inbox: text(search.inbox),
    }),
});
const conversation = createRoute({ getParentRoute: () => inbox, path: '$conversationId' });

const customers = createRoute({
  getParentRoute: () => inside,
  path: 'customers',
  validateSearch: (search: Record<string, unknown>): { q?: string; segment?: string } =>
    filled({ q: text(search.q), segment: text(search.segment) }),
  component: lazyRouteComponent(() => import('~/features/customers/CustomersPage'), 'CustomersPage'),
});
const customer = createRoute({
  getParentRoute: () => inside,
  path: 'customers/$customerId',
  component: lazyRouteComponent(() => import('~/features/customers/CustomerPage'), 'CustomerPage'),
});

const company = createRoute({
  getParentRoute: () => inside,
  path: 'customers/company',
  validateSearch: (search: Record<string, unknown>): { name?: string } => filled({ name: text(search.name) }),
  component: lazyRouteComponent(() => import('~/features/customers/CompanyPage'), 'CompanyPage'),
});
const suggestions = createRoute({
  getParentRoute: () => inside,
  path: 'customers/suggestions',
  component: lazyRouteComponent(() => import('~/features/customers/SuggestionsPage'), 'SuggestionsPage'),
});

const states = ['applied', 'ignored', 'parked', 'pending', 'duplicate'] as const;
const deliveries = createRoute({
  getParentRoute: () => inside,
  path: 'deliveries',
  validateSearch: (search: Record<string, unknown>): DeliveryFilter =>
    filled({ q: text(search.q), inbox: text(search.inbox), state: among(search.state, states) }),
  component: lazyRouteComponent(() => import('~/features/deliveries/DeliveriesPage'), 'DeliveriesPage'),
});
const delivery = createRoute({
  getParentRoute: () => inside,
  path: 'deliveries/$deliveryId',
  component: lazyRouteComponent(() => import('~/features/deliveries/DeliveryPage'), 'DeliveryPage'),
});

const queues = createRoute({
  getParentRoute: () => inside,
  path: 'queues',
  component: lazyRouteComponent(() => import('~/features/routing/QueuesPage'), 'QueuesPage'),
});

const tickets = createRoute({
  getParentRoute: () => inside,
  path: 'tickets',
  validateSearch: (search: Record<string, unknown>) =>
    filled({ q: text(search.q), status: text(search.status), owner: text(search.owner) }) as {
      q?: string;
      status?: string;
      owner?: string;
    },
  component: lazyRouteComponent(() => import('~/features/tickets/TicketsPage'), 'TicketsPage'),
});
const ticket = createRoute({
  getParentRoute: () => inside,
  path: 'tickets/$ticketId',
  component: lazyRouteComponent(() => import('~/features/tickets/TicketPage'), 'TicketPage'),
});
const savedReplies = createRoute({
  getParentRoute: () => settings,
  path: 'saved-replies',
  component: lazyRouteComponent(() => import('~/features/settings/SavedRepliesPage'), 'SavedRepliesPage'),
});
const afterwards = createRoute({
  getParentRoute: () => settings,
  path: 'afterwards',
  component: lazyRouteComponent(() => import('~/features/settings/AfterwardsPage'), 'AfterwardsPage'),
});

const settings = createRoute({
  getParentRoute: () => inside,
  path: 'settings',
  component: lazyRouteComponent(() => import('~/features/settings/SettingsPage'), 'SettingsPage'),
});
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: '/',
  component: lazyRouteComponent(() => import('~/features/settings/SettingsPage'), 'SettingsHome'),
});
const profile = createRoute({
  getParentRoute: () => settings,
  path: 'profile',
  component: lazyRouteComponent(() => import('~/features/settings/Profile'), 'Profile'),
});
const inboxes = createRoute({
  getParentRoute: () => settings,
  path: 'inboxes',
  component: lazyRouteComponent(() => import('~/features/settings/Inboxes'), 'Inboxes'),
});
const pickChannel = createRoute({
  getParentRoute: () => settings,
  path: 'inboxes/new',
  component: lazyRouteComponent(() => import('~/features/settings/PickChannel'), 'PickChannel'),
});
const newInbox = createRoute({
  getParentRoute: () => settings,
  path: 'inboxes/new/$channel',
  component: lazyRouteComponent(() => import('~/features/settings/NewInbox'), 'NewInbox'),
});
const connected = createRoute({
  getParentRoute: () => settings,
  path: 'inboxes/connected',
  component: lazyRouteComponent(() => import('~/features/settings/Connected'), 'Connected'),
});
const oneInbox = createRoute({
  getParentRoute: () => settings,
  path: 'inboxes/$inboxId',
  component: lazyRouteComponent(() => import('~/features/settings/InboxSettings'), 'InboxSettings'),
});
const agents = createRoute({
  getParentRoute: () => settings,
  path: 'agents',
  component: lazyRouteComponent(() => import('~/features/settings/Agents'), 'Agents'),
});
const tokens = createRoute({
  getParentRoute: () => settings,
  path: 'tokens',
  component: lazyRouteComponent(() => import('~/features/settings/Tokens'), 'Tokens'),
});

const teams = createRoute({
  getParentRoute: () => settings,
  path: 'teams',
  component: lazyRouteComponent(() => import('~/features/settings/TeamsPage'), 'TeamsPage'),
});
const routing = createRoute({
  getParentRoute: () => settings,
  path: 'routing',
  component: lazyRouteComponent(() => import('~/features/routing/RoutingPage'), 'RoutingPage'),
});
const imports = createRoute({
  getParentRoute: () => settings,
  path: 'imports',
  component: lazyRouteComponent(() => import('~/features/settings/Imports'), 'Imports'),
});
const oneImport = createRoute({
  getParentRoute: () => settings,
  path: 'imports/$importId',
  component: lazyRouteComponent(() => import('~/features/settings/ImportPage'), 'ImportPage'),
});

const customerData = createRoute({
  getParentRoute: () => settings,
  path: 'customer-data',
  component: lazyRouteComponent(() => import('~/features/settings/CustomerData'), 'CustomerData'),
});
const integrations = createRoute({
  getParentRoute: () => settings,
  path: 'integrations',
  component: lazyRouteComponent(() => import('~/features/settings/Integrations'), 'Integrations'),
});
const newIntegration = createRoute({
  getParentRoute: () => settings,
  path: 'integrations/new/$kind',
  component: lazyRouteComponent(() => import('~/features/settings/NewIntegration'), 'NewIntegration'),
});
const oneIntegration = createRoute({
  getParentRoute: () => settings,
  path: 'integrations/$integrationId',
  component: lazyRouteComponent(() => import('~/features/settings/IntegrationPage'), 'IntegrationPage'),
});

function Invited() {
  const { token } = invite.useParams();
  const navigate = useNavigate();
  return (
    <AcceptInvite
      token={token}
      onDone={(session) => {
        enter(session);
        void navigate({ to: '/inbox' });
      }}
    />
  );
}
const invite = createRoute({ getParentRoute: () => root, path: 'invite/$token', component: Invited });

const routeTree = root.addChildren([
  invite,
  inside.addChildren([
    index,
    inbox.addChildren([conversation]),
    customers,
    suggestions,
    company,
    customer,
    deliveries,
    delivery,
    queues,
    tickets,
    ticket,
    settings.addChildren([
      settingsIndex,
      profile,
      inboxes,
      pickChannel,
      newInbox,
      connected,
      oneInbox,
      agents,
      teams,
      routing,
      afterwards,
      savedReplies,
      tokens,
      imports,
      oneImport,
      customerData,
      integrations,
      newIntegration,
      oneIntegration,
    ]),
  ]),
]);

export const router = createRouter({ routeTree, basepath: '/app', defaultPreload: false });
declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
