import { IconInbox, IconSearch, IconSettings, IconUserCircle } from '@tabler/icons-react';
import { Link, useLocation, useParams, useSearch } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { paletteOpen } from './uiState';

const icon = { size: 22, stroke: 1.6, 'aria-hidden': true } as const;
/** On phones; a conversation has the whole screen. */
export function TabBar() {
  const { t } = useTranslation();
  const path = useLocation({ select: (location) => location.pathname });
  const { view } = useSearch({ strict: false }) as { view?: string };
  const { conversationId } = useParams({ strict: false }) as { conversationId?: string };
  if (conversationId) return null;
  const inbox = path.startsWith('/inbox');
  const on = (is: boolean) => ({ className: is ? 'on' : '', 'aria-current': is ? ('page' as const) : undefined });
  return (
    <nav className="tabbar" aria-label={t('nav.main')}>
      <Link to="/inbox" search={{}} {...on(inbox && view !== 'mine')}>
        <IconInbox {...icon} />
        {t('nav.inbox')}
      </Link>
      <Link to="/inbox" search={{ view: 'mine' }} {...on(inbox && view === 'mine')}>
        <IconUserCircle {...icon} />
        {t('nav.mineShort')}
      </Link>
      <button type="button" onClick={() => paletteOpen.set(true)}>
        <IconSearch {...icon} />
        {t('nav.search')}
      </button>
      <Link to="/settings" {...on(!inbox)}>
        <IconSettings {...icon} />
        {t('nav.more')}
      </Link>
    </nav>
  );
}
