import { MultiSelect, NumberInput, Select, Switch, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Target } from '~/api/routing';
import type { Things } from './things';

type Props = { then: Target; things: Things; onChange: (then: Target) => void };
const levels = ['1', '2', '3', '4', '5'];

/** Where it goes, as sentences with something to choose in each place. Empty numbers mean "never". */
export function TargetEditor({ then, things, onChange }: Props) {
  const { t } = useTranslation();
  const set = (next: Partial<Target>) => onChange({ ...then, ...next });
  const required = then.required ?? [];
  const preferred = then.preferred ?? [];
  const number = (value: string | number) => (value === '' ? null : Number(value));
  const sticky = then.sticky ?? 'previous';
  const level = String(required[0]?.level ?? 1);
  const wait = (
    value: number | null | undefined,
    label: string,
    change: (value: number | null) => void,
    placeholder = t('routing.never'),
  ) => (
    <NumberInput
      size="xs"
      className="num"
      hideControls
      min={0}
      max={604800}
      allowDecimal={false}
      aria-label={label}
      placeholder={placeholder}
      value={value ?? ''}
      onChange={(next) => change(number(next))}
      suffix={t('routing.unitS')}
    />
  );
  return (
    <fieldset>
      <legend>{t('routing.then')}</legend>
      <div className="sentence">
        <span>{t('routing.sendTo')}</span>
        <Select
          size="xs"
          w={180}
          aria-label={t('routing.team')}
          data={things.teams}
          value={then.teamId ?? null}
          clearable
          placeholder={t('routing.anyTeam')}
          onChange={(teamId) => set({ teamId })}
        />
        <span>{t('routing.withSkills')}</span>
        <MultiSelect
          size="xs"
          miw={180}
          aria-label={t('routing.required')}
          data={things.skills}
          value={required.map((one) => one.skillId)}
          placeholder={required.length > 0 ? '' : t('routing.noSkill')}
          onChange={(ids) =>
            set({
              required: ids.map((skillId) => ({ skillId, level: required.find((one) => one.skillId === skillId)?.level ?? Number(level) })),
            })
          }
        />
        {required.length > 0 && (
          <>
            <span>{t('routing.atLevel')}</span>
            <Select
              size="xs"
              w={70}
              aria-label={t('routing.level')}
              data={levels}
              value={level}
              allowDeselect={false}
              onChange={(next) => set({ required: required.map((one) => ({ ...one, level: Number(next) })) })}
            />
          </>
        )}
      </div>
      <Switch
        label={t('routing.speaksLanguage')}
        checked={then.speaksLanguage ?? false}
        onChange={(event) => set({ speaksLanguage: event.currentTarget.checked })}
      />
      <div className="sentence">
        <span>{t('routing.betterWith')}</span>
        <MultiSelect
          size="xs"
          miw={180}
          aria-label={t('routing.preferred')}
          data={things.skills}
          value={preferred.map((one) => one.skillId)}
          placeholder={preferred.length > 0 ? '' : t('routing.noSkill')}
          onChange={(ids) => set({ preferred: ids.map((skillId) => ({ skillId, level: 1 })) })}
        />
        {preferred.length > 0 && (
          <>
            <span>{t('routing.forAtMost')}</span>
            {wait(then.dropPreferredAfter === undefined ? 30 : then.dropPreferredAfter, t('routing.dropPreferred'), (dropPreferredAfter) =>
              set({ dropPreferredAfter }),
            )}
          </>
        )}
      </div>
      <div className="sentence">
        <span>{t('routing.first')}</span>
        <Select
          size="xs"
          w={210}
          aria-label={t('routing.sticky')}
          data={(['previous', 'owner', 'agent', 'nobody'] as const).map((value) => ({ value, label: t(`routing.stickyTo.${value}`) }))}
          value={sticky}
          allowDeselect={false}
          onChange={(next) => set({ sticky: next as 'previous' })}
        />
        {sticky === 'owner' && (
          <Select
            size="xs"
            w={160}
            aria-label={t('routing.ownerField')}
            data={things.own.map((field) => ({ value: field.key, label: field.label }))}
            value={then.ownerField ?? null}
            placeholder={t('routing.ownerField')}
            onChange={(ownerField) => set({ ownerField })}
          />
        )}
        {sticky === 'agent' && (
          <Select
            size="xs"
            w={180}
            searchable
            aria-label={t('routing.firstAgent')}
            data={things.agents}
            value={then.firstAgentId ?? null}
            placeholder={t('routing.choose')}
            onChange={(firstAgentId) => set({ firstAgentId })}
          />
        )}
        {sticky === 'previous' && (
          <>
            <span>{t('routing.ofLast')}</span>
            <NumberInput
              size="xs"
              className="num"
              hideControls
              min={1}
              max={8760}
              aria-label={t('routing.stickyHours')}
              suffix={t('routing.unitH')}
              value={then.stickyHours ?? 72}
              onChange={(value) => set({ stickyHours: number(value) ?? 72 })}
            />
          </>
        )}
        {sticky !== 'nobody' && (
          <>
            <span>{t('routing.waitForThem')}</span>
            {wait(
              then.stickyWaitSeconds ?? 45,
              t('routing.stickyWait'),
              (value) => set({ stickyWaitSeconds: value ?? 0 }),
              `0${t('routing.unitS')}`,
            )}
          </>
        )}
      </div>
      <div className="sentence">
        <span>{t('routing.priorityIs')}</span>
        <Select
          size="xs"
          w={120}
          aria-label={t('routing.priorityLabel')}
          data={(['urgent', 'high', 'normal', 'low'] as const).map((value) => ({ value, label: t(`routing.priority.${value}`) }))}
          value={then.priority ?? 'normal'}
          allowDeselect={false}
          onChange={(next) => set({ priority: next as 'normal' })}
        />
        <span>{t('routing.placeWithin')}</span>
        <NumberInput
          size="xs"
          className="num"
          hideControls
          min={0}
          max={10080}
          aria-label={t('routing.minutes')}
          placeholder={t('routing.asChannel')}
          suffix={t('routing.unitMin')}
          value={then.minutes ?? ''}
          onChange={(value) => set({ minutes: number(value) })}
        />
      </div>
      <div className="sentence">
        <span>{t('routing.after')}</span>
        {wait(then.dropRequiredAfter, t('routing.dropRequired'), (dropRequiredAfter) => set({ dropRequiredAfter }))}
        <span>{t('routing.dropRequiredText')}</span>
        <span>{t('routing.after')}</span>
        {wait(then.anyoneAfter, t('routing.anyoneAfter'), (anyoneAfter) => set({ anyoneAfter }))}
        <span>{t('routing.anyoneText')}</span>
      </div>
      <div className="sentence">
        <span>{t('routing.after')}</span>
        {wait(then.overflowAfterSeconds, t('routing.overflowAfter'), (overflowAfterSeconds) => set({ overflowAfterSeconds }))}
        <span>{t('routing.orWhen')}</span>
        <NumberInput
          size="xs"
          className="num"
          hideControls
          min={1}
          allowDecimal={false}
          aria-label={t('routing.overflowAt')}
          placeholder={t('routing.never')}
          value={then.overflowAtLength ?? ''}
          onChange={(value) => set({ overflowAtLength: number(value) })}
        />
        <span>{t('routing.waitAsk')}</span>
        <Select
          size="xs"
          w={180}
          aria-label={t('routing.overflowTeam')}
          data={things.teams}
          value={then.overflowTeamId ?? null}
          clearable
          placeholder={t('routing.nobody')}
          onChange={(overflowTeamId) => set({ overflowTeamId })}
        />
      </div>
      <div className="sentence">
        <span>{t('routing.askFirst')}</span>
        <TextInput
          size="xs"
          className="grow"
          miw={220}
          dir="ltr"
          aria-label={t('routing.askUrl')}
          placeholder="https://"
          value={then.ask?.url ?? ''}
          onChange={(event) =>
            set({ ask: event.currentTarget.value ? { url: event.currentTarget.value, timeoutMs: then.ask?.timeoutMs ?? 2000 } : null })
          }
        />
        {then.ask && (
          <NumberInput
            size="xs"
            className="num"
            hideControls
            min={100}
            max={10000}
            aria-label={t('routing.askTimeout')}
            suffix=" ms"
            value={then.ask.timeoutMs ?? 2000}
            onChange={(value) => then.ask && set({ ask: { ...then.ask, timeoutMs: number(value) ?? 2000 } })}
          />
        )}
      </div>
    </fieldset>
  );
}
