import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useChannel } from '~/api/channels';
import { connectInbox, finishLogin, inboxesKey, useInbox } from '~/api/inboxes';
import type { CheckResult } from '~/api/types';
import { ChannelMark } from '~/components/Channel';
import { TableBones } from '~/components/TableBones';
import { takeArrival } from '~/lib/arrival';
import { wordsFor } from '~/lib/problem';
import { CheckSteps } from './CheckResult';
import { FirstMessage } from './FirstMessage';
import { Wizard } from './Wizard';

type Outcome = { inboxId: string | null; problem: string | null; check: CheckResult | null };

/** Where the provider sends the browser back to. What came with it is handed on once and leaves the address. */
export function Connected() {
  const { t } = useTranslation();
  const client = useQueryClient();
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  useEffect(() => {
    const query = takeArrival();
    if (Object.keys(query).length === 0) {
      setOutcome((old) => old ?? { inboxId: null, problem: t('connect.returned.nothing'), check: null });
      return;
    }
    history.replaceState(history.state, '', location.pathname);
    const finish = async () => {
      const { inboxId, problem } = await finishLogin(query);
      const check = inboxId && !problem ? await connectInbox(inboxId).catch(() => null) : null;
      void client.invalidateQueries({ queryKey: inboxesKey });
      setOutcome({ inboxId, problem, check });
    };
    finish().catch((error) => setOutcome({ inboxId: null, problem: wordsFor(error), check: null }));
  }, [client, t]);
  const good = outcome !== null && outcome.problem === null;
  return (
    <Wizard title={t('connect.returned.title')} at={2} decided={[]}>
      {outcome === null ? (
        <div className="col g16" role="status" aria-busy="true">
          <div>
            <h2 className="t20 b">{t('connect.returned.finishing')}</h2>
            <p className="i2">{t('connect.returned.finishingText')}</p>
          </div>
          <TableBones rows={3} />
        </div>
      ) : (
        <div className="col g16">
          <h2 className="t20 b">{t(good ? 'connect.returned.done' : 'connect.returned.failed')}</h2>
          {outcome.problem && (
            <p className="banner bad" role="alert">
              {outcome.problem}
            </p>
          )}
          {outcome.inboxId && <About id={outcome.inboxId} good={good} />}
          {outcome.check && (
            <section className="card pad">
              <h3 className="eyebrow">{t('connect.happened')}</h3>
              <CheckSteps result={outcome.check} />
            </section>
          )}
          <div className="row wrap">
            <Button component={Link} to="/settings/inboxes" variant="default" size="md">
              {t('connect.returned.toAll')}
            </Button>
            {outcome.inboxId && (
              <Button
                component={Link}
                to="/settings/inboxes/$inboxId"
                params={{ inboxId: outcome.inboxId } as never}
                size="md"
                className="end"
              >
                {t('connect.returned.toInbox')}
              </Button>
            )}
          </div>
        </div>
      )}
    </Wizard>
  );
}

function About({ id, good }: { id: string; good: boolean }) {
  const inbox = useInbox(id).data;
  const channel = useChannel(inbox?.channel);
  if (!inbox) return null;
  return (
    <>
      <div className="row row-12">
        <ChannelMark channel={inbox.channel} size={32} quiet />
        <div>
          <b>
            <bdi>{inbox.name}</bdi>
          </b>
          <p className="t13 i2">
            {channel?.name} {inbox.address && <bdi dir="ltr">{inbox.address}</bdi>}
          </p>
        </div>
      </div>
      {good && <FirstMessage inbox={inbox} />}
    </>
  );
}
