import { IconPlus } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { type Integration, useConnectors, useIntegrations } from '~/api/integrations';
import { Page } from '~/components/Page';
import { Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { agoWords, useNow } from '~/lib/time';
import { useBackToPlaces } from './back';
import { ConnectorMark } from './ConnectorMark';

export const integrationTone = { draft: '', active: 'good', paused: 'warn', broken: 'bad' } as const satisfies Record<
  Integration['state'],
  string
>;

/** What is connected, and what can be. */
export function Integrations() {
  const { t } = useTranslation();
  const now = useNow();
  const [connected, kinds] = [useIntegrations(), useConnectors()];
  const failed = connected.error ?? kinds.error;
  return (
    <Page label={t('integration.title')} title={t('integration.title')} {...useBackToPlaces()}>
      {failed ? (
        <Failure
          title={t('integration.failed')}
          error={failed}
          retry={() => {
            void connected.refetch();
            void kinds.refetch();
          }}
        />
      ) : !connected.data || !kinds.data ? (
        <TableBones rows={4} />
      ) : (
        <div className="col g24 integrations">
          {connected.data.length > 0 && (
            <ul className="col g12 plain">
              {connected.data.map((one) => (
                <li key={one.id} className="card row row-12 rowcard">
                  <ConnectorMark kind={one.kind} />
                  <span className="grow col start">
                    <Link to="/settings/integrations/$integrationId" params={{ integrationId: one.id }} className="rowlink b">
                      <bdi>{one.name}</bdi>
                    </Link>
                    <span className="t13 i2">
                      {one.trouble ??
                        (one.state === 'draft'
                          ? t('integration.notStarted')
                          : [
                              t('integration.linked', { count: one.linked }),
                              ...(one.syncedAt ? [t('integration.inStep', { time: agoWords(one.syncedAt, now) })] : []),
                            ].join(' · '))}
                    </span>
                  </span>
                  {one.problems > 0 && <Tag tone="warn">{t('integration.problemCount', { count: one.problems })}</Tag>}
                  <Tag tone={integrationTone[one.state]}>{t(`integration.states.${one.state}`)}</Tag>
                </li>
              ))}
            </ul>
          )}
          <section className="col g12" aria-labelledby="connectable">
            <h2 className="eyebrow" id="connectable">
              {t('integration.connect')}
            </h2>
            <p className="t13 i2">{t('integration.intro')}</p>
            <ul className="connectors plain">
              {kinds.data.map((kind) => (
                <li key={kind.kind}>
                  <Link to="/settings/integrations/new/$kind" params={{ kind: kind.kind }} className="card connector">
                    <ConnectorMark kind={kind.kind} />
                    <span className="grow col start">
                      <b>{kind.name}</b>
                      <span className="t12 i2">
                        {[
                          kind.writes ? t('integration.bothWays') : t('integration.readOnly'),
                          ...(kind.notes ? [t('integration.takesNotes')] : []),
                          ...(kind.panels ? [t('integration.shows')] : []),
                        ].join(' · ')}
                      </span>
                    </span>
                    <IconPlus size={16} aria-hidden />
                  </Link>
                </li>
              ))}
            </ul>
          </section>
        </div>
      )}
    </Page>
  );
}
