import { IconCloudOff, IconDatabaseOff } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useSession } from '~/api/session';
import { connection } from '~/lib/connection';
import { useLayout } from '~/lib/layout';
import { clockTime } from '~/lib/time';
import { outboxOf } from './outbox';
import { SideBar } from './SideBar';
import { TabBar } from './TabBar';
import { sideFolded } from './uiState';

export function Shell({ children }: { children: ReactNode }) {
  const layout = useLayout();
  const folded = sideFolded.use();
  return (
    <div className={`shell ${folded || layout === 'mid' ? 'folded' : ''}`}>
      {layout !== 'phone' && <SideBar folded={folded || layout === 'mid'} />}
      <div className="stage">
        <Notice />
        {children}
      </div>
      {layout === 'phone' && <TabBar />}
    </div>
  );
}

/** One line at the top, said once: no connection, or the server has no database. */
function Notice() {
  const { t } = useTranslation();
  const { me, workspace } = useSession();
  const now = connection.use();
  const queued = outboxOf(workspace.id, me.id).entries.use((entries) => entries.filter((entry) => entry.state === 'waiting').length);
  const offline = now.state === 'offline';
  if (!offline && !now.databaseDown) return null;
  const Icon = offline ? IconCloudOff : IconDatabaseOff;
  return (
    <div className="notice warn" role="status">
      <Icon size={18} aria-hidden />
      <span className="grow">
        <b>{offline ? t('notice.offline', { time: clockTime(now.since ?? Date.now()) }) : t('notice.database')}</b>{' '}
        <span className="i2">{queued > 0 ? t('notice.queued', { count: queued }) : t('notice.goOn')}</span>
      </span>
    </div>
  );
}
