import { Button } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { useInbox } from '~/api/inboxes';
import { useMay } from '~/api/session';
import type { Inbox } from '~/api/types';
import { Copyable } from '~/components/parts';
import { agoWords, useNow } from '~/lib/time';

/** The last link of the chain: turns green by itself when something has come in. */
export function FirstMessage({ inbox: known }: { inbox: Inbox }) {
  const { t } = useTranslation();
  const now = useNow();
  const seesDeliveries = useMay('deliveries.read');
  const inbox = useInbox(known.id, true).data ?? known;
  const at = inbox.health.lastInboundAt;
  return (
    <section className={`card pad first ${at ? 'arrived' : ''}`} aria-live="polite">
      <i className="beacon" aria-hidden>
        {at ? <IconCheck size={16} stroke={2.2} /> : <span />}
      </i>
      <div className="grow col g8">
        <div>
          <h3 className="b">{t(at ? 'connect.first.arrived' : 'connect.first.waiting')}</h3>
          <p className="t13 i2">{at ? t('connect.first.arrivedText', { time: agoWords(at, now) }) : t('connect.first.waitingText')}</p>
        </div>
        {!at && inbox.address && (
          <div>
            <p className="t12 i3">{t('connect.first.writeTo')}</p>
            <Copyable value={inbox.address} label={t('connect.first.copyAddress')} />
          </div>
        )}
        {at && (
          <div className="row wrap">
            <Button component={Link} to="/inbox" search={{ inbox: inbox.id } as never} size="xs" variant="default">
              {t('connect.first.openInbox')}
            </Button>
            {seesDeliveries && (
              <Button component={Link} to="/deliveries" search={{ inbox: inbox.id } as never} size="xs" variant="subtle">
                {t('connect.first.trace')}
              </Button>
            )}
          </div>
        )}
      </div>
    </section>
  );
}
