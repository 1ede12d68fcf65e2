import { Button, SegmentedControl } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type SuggestionState, useSuggestions } from '~/api/customers/suggestions';
import { flat } from '~/api/paging';
import { useMay } from '~/api/session';
import { LooseStrands } from '~/components/Channel';
import { Page } from '~/components/Page';
import { Empty, Failure } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { SuggestionCard } from './SuggestionCard';
import { useDecide } from './useDecide';

/** Profiles that may be one person: the surest first, one by one or several at once. */
export function SuggestionsPage() {
  const { t } = useTranslation();
  const mayDecide = useMay('customers.merge');
  const [state, setState] = useState<SuggestionState>('open');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [busy, setBusy] = useState(false);
  const list = useSuggestions(state);
  const items = flat(list.data);
  const { one, many } = useDecide();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list, nothing of it is chosen
  useEffect(() => setChosen(new Set()), [state]);
  const picked = items.filter((item) => chosen.has(item.id)).map((item) => item.id);
  const decide = async (decision: 'accept' | 'reject') => {
    setBusy(true);
    await many(picked, decision);
    setChosen(new Set());
    setBusy(false);
  };
  return (
    <Page
      label={t('suggest.title')}
      title={t('suggest.title')}
      under={t('suggest.intro')}
      back={{ to: '/customers' }}
      side={
        <SegmentedControl
          aria-label={t('suggest.show')}
          value={state}
          onChange={(value) => setState(value as SuggestionState)}
          data={[
            { value: 'open', label: t('suggest.state.open') },
            { value: 'accepted', label: t('suggest.state.accepted') },
            { value: 'rejected', label: t('suggest.state.rejected') },
          ]}
        />
      }
    >
      {list.isError && items.length === 0 ? (
        <Failure title={t('suggest.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.isPending ? (
        <TableBones />
      ) : items.length === 0 ? (
        <Empty picture={<LooseStrands />} title={t(`suggest.none.${state}`)}>
          {t('suggest.noneText')}
        </Empty>
      ) : (
        <div className="suggestions">
          {state === 'open' && mayDecide && (
            <div className="bulk">
              <span className="t13 i2 grow" role="status">
                {picked.length > 0 ? t('suggest.chosen', { count: picked.length }) : t('suggest.hint')}
              </span>
              {picked.length > 0 ? (
                <>
                  <Button size="xs" variant="default" disabled={busy} onClick={() => void decide('reject')}>
                    {t('suggest.twoMany')}
                  </Button>
                  <Button size="xs" loading={busy} onClick={() => void decide('accept')}>
                    {t('suggest.oneMany')}
                  </Button>
                </>
              ) : (
                <button type="button" className="link t13" onClick={() => setChosen(new Set(items.map((item) => item.id)))}>
                  {t('suggest.chooseAll')}
                </button>
              )}
            </div>
          )}
          <ul>
            {items.map((item) => (
              <li key={item.id}>
                <SuggestionCard
                  suggestion={item}
                  mayDecide={mayDecide}
                  decide={one}
                  chosen={state === 'open' ? chosen.has(item.id) : null}
                  onChoose={(yes) => {
                    const next = new Set(chosen);
                    if (yes) next.add(item.id);
                    else next.delete(item.id);
                    setChosen(next);
                  }}
                />
              </li>
            ))}
          </ul>
          {list.hasNextPage && (
            <Button variant="default" className="morebutton" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {t('common.more')}
            </Button>
          )}
        </div>
      )}
    </Page>
  );
}
