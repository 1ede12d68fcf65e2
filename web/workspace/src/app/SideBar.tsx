import { Menu, Tooltip } from '@mantine/core';
import {
  IconClockHour4,
  IconDeviceDesktop,
  IconGauge,
  IconInbox,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSettings,
  IconSun,
  IconTicket,
  IconTruckDelivery,
  IconUserCircle,
  IconUserQuestion,
  IconUsers,
} from '@tabler/icons-react';
import { Link, type LinkProps, useLocation, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useCounts } from '~/api/conversations/counts';
import { useInboxes } from '~/api/inboxes';
import { useMay, useSession } from '~/api/session';
import { useTicketCounts } from '~/api/tickets';
import { Avatar } from '~/components/Avatar';
import { Glyph, Logo, strandColor } from '~/components/Channel';
import { showKeys } from '~/lib/actions';
import { leave, setTheme } from './account';
import { dotOf, StatusMenu, useMyWork } from './StatusMenu';
import { paletteOpen } from './uiState';

const icon = { size: 17, stroke: 1.7, 'aria-hidden': true } as const;
type ItemProps = { icon: ReactNode; label: string; n?: number | undefined; on?: boolean; folded: boolean; keys?: string } & LinkProps;

function Item({ icon, label, n, on, folded, keys, ...link }: ItemProps) {
  return (
    <Tooltip label={keys ? `${label} (${showKeys(keys)})` : label} position="right" disabled={!folded}>
      <Link
        {...link}
        className={`nav ${on ? 'on' : ''}`}
        aria-current={on ? 'page' : undefined}
        aria-label={folded ? (n ? `${label}, ${n}` : label) : undefined}
      >
        {icon}
        <span className="lbl cut">
          <bdi>{label}</bdi>
        </span>
        {n ? <span className="n">{n}</span> : null}
      </Link>
    </Tooltip>
  );
}

export function SideBar({ folded }: { folded: boolean }) {
  const { t } = useTranslation();
  const { data: counts } = useCounts();
  const { data: inboxes } = useInboxes();
  const { data: tickets } = useTicketCounts();
  const path = useLocation({ select: (location) => location.pathname });
  const search = useSearch({ strict: false }) as { view?: string; status?: string; inbox?: string };
  const seesDeliveries = useMay('deliveries.read');
  const supervises = useMay('queues.supervise');
  const inInbox = path.startsWith('/inbox');
  const plain = inInbox && !search.inbox;
  const view = search.status === 'snoozed' ? 'snoozed' : (search.view ?? 'all');
  return (
    <nav className="side" aria-label={t('nav.main')}>
      <div className="row brand">
        <Logo size={22} />
        <span className="lbl">Braid</span>
        <kbd className="lbl end t12 i3">{showKeys('mod+k')}</kbd>
      </div>
      <Tooltip label={`${t('nav.search')} (${showKeys('mod+k')})`} position="right" disabled={!folded}>
        <button type="button" className="nav" onClick={() => paletteOpen.set(true)} aria-label={t('nav.search')}>
          <IconSearch {...icon} />
          <span className="lbl">{t('nav.search')}</span>
        </button>
      </Tooltip>
      <Item
        folded={folded}
        icon={<IconInbox {...icon} />}
        label={t('nav.inbox')}
        keys="g i"
        n={counts?.all}
        on={plain && view === 'all'}
        to="/inbox"
        search={{}}
      />
      <Item
        folded={folded}
        icon={<IconUserCircle {...icon} />}
        label={t('nav.mine')}
        n={counts?.mine}
        on={plain && view === 'mine'}
        to="/inbox"
        search={{ view: 'mine' }}
      />
      <Item
        folded={folded}
        icon={<IconUserQuestion {...icon} />}
        label={t('nav.unassigned')}
        n={counts?.unassigned}
        on={plain && view === 'unassigned'}
        to="/inbox"
        search={{ view: 'unassigned' }}
      />
      <Item
        folded={folded}
        icon={<IconClockHour4 {...icon} />}
        label={t('nav.snoozed')}
        n={counts?.snoozed}
        on={plain && view === 'snoozed'}
        to="/inbox"
        search={{ status: 'snoozed' }}
      />
      <div className="inboxes scroll">
        {inboxes && inboxes.length > 0 && <div className="eyebrow">{t('nav.inboxes')}</div>}
        {inboxes?.map((inbox) => (
          <Item
            key={inbox.id}
            folded={folded}
            icon={
              <span className="row" style={{ color: strandColor(inbox.channel) }}>
                <Glyph channel={inbox.channel} />
              </span>
            }
            label={inbox.name}
            n={counts?.byInbox[inbox.id]}
            on={inInbox && search.inbox === inbox.id}
            to="/inbox"
            search={{ inbox: inbox.id }}
          />
        ))}
      </div>
      <div className="eyebrow">{t('nav.workspace')}</div>
      {supervises && (
        <Item
          folded={folded}
          icon={<IconGauge {...icon} />}
          label={t('nav.queues')}
          keys="g q"
          on={path.startsWith('/queues')}
          to="/queues"
        />
      )}
      <Item
        folded={folded}
        icon={<IconUsers {...icon} />}
        label={t('nav.customers')}
        keys="g c"
        on={path.startsWith('/customers')}
        to="/customers"
      />
      <Item
        folded={folded}
        icon={<IconTicket {...icon} />}
        label={t('nav.tickets')}
        keys="g t"
        n={tickets?.mine || undefined}
        on={path.startsWith('/tickets')}
        to="/tickets"
      />
      {seesDeliveries && (
        <Item
          folded={folded}
          icon={<IconTruckDelivery {...icon} />}
          label={t('nav.deliveries')}
          keys="g d"
          on={path.startsWith('/deliveries')}
          to="/deliveries"
        />
      )}
      <div className="grow" />
      <Item
        folded={folded}
        icon={<IconSettings {...icon} />}
        label={t('nav.settings')}
        keys="g s"
        on={path.startsWith('/settings')}
        to="/settings"
      />
      <Account folded={folded} />
    </nav>
  );
}

function Account({ folded }: { folded: boolean }) {
  const { t } = useTranslation();
  const { me, workspace } = useSession();
  const { availability } = useMyWork();
  return (
    <Menu position="right-end" width={240}>
      <Menu.Target>
        <button type="button" className="nav me" aria-label={folded ? t('account.menu', { name: me.name }) : undefined}>
          <Avatar name={me.name} size={24} state={dotOf(availability)} />
          <span className="lbl cut">
            <bdi>{me.name}</bdi>
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <bdi>{workspace.name}</bdi>
        </Menu.Label>
        <StatusMenu />
        <Menu.Item leftSection={<IconUserCircle size={16} />} component={Link} to="/settings/profile">
          {t('account.profile')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('account.look')}</Menu.Label>
        {(
          [
            ['system', IconDeviceDesktop],
            ['light', IconSun],
            ['dark', IconMoon],
          ] as const
        ).map(([theme, Icon]) => (
          <Menu.Item key={theme} leftSection={<Icon size={16} />} onClick={() => void setTheme(theme)} aria-current={me.theme === theme}>
            {t(`theme.${theme}`)}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
          {t('account.signOut')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
