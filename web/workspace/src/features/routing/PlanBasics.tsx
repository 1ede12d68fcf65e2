import { ActionIcon, Button, NumberInput, TagsInput, Textarea, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '~/api/routing';
import type { Things } from './things';

type Props = { plan: Plan; things: Things; errors: Record<string, string>; onChange: (plan: Plan) => void };

/** What holds for all rules: what people ask about, how much each channel takes, how soon, and what customers are told. */
export function PlanBasics({ plan, things, errors, onChange }: Props) {
  const { t } = useTranslation();
  const channels = things.channels.length > 0 ? things.channels : Object.keys(plan.weights).map((value) => ({ value, label: value }));
  const put = (of: 'weights' | 'minutes', channel: string, value: string | number) => {
    const { [channel]: _, ...rest } = plan[of];
    onChange({ ...plan, [of]: value === '' ? rest : { ...rest, [channel]: Number(value) } });
  };
  const whole = (key: 'offerSeconds' | 'graceMinutes' | 'sleepMinutes', suffix: string, max: number) => (
    <NumberInput
      label={t(`routing.${key}`)}
      description={t(`routing.${key}Hint`)}
      error={errors[key]}
      min={0}
      max={max}
      allowDecimal={false}
      suffix={suffix}
      value={plan[key]}
      onChange={(value) => value !== '' && onChange({ ...plan, [key]: Number(value) })}
    />
  );
  return (
    <>
      <Part title={t('routing.queryTypes')} hint={t('routing.queryTypesHint')}>
        {plan.queryTypes.map((type, at) => (
          <div key={at} className="row wrap top">
            <TextInput
              size="xs"
              w={160}
              aria-label={t('routing.queryTypeName')}
              value={type.name}
              maxLength={60}
              onChange={(event) =>
                onChange({
                  ...plan,
                  queryTypes: plan.queryTypes.map((one, i) => (i === at ? { ...one, name: event.currentTarget.value } : one)),
                })
              }
            />
            <TagsInput
              size="xs"
              className="grow"
              miw={200}
              acceptValueOnBlur
              aria-label={t('routing.queryTypeWords', { type: type.name })}
              placeholder={type.words.length > 0 ? '' : t('routing.typeAndEnter')}
              value={type.words}
              onChange={(words) => onChange({ ...plan, queryTypes: plan.queryTypes.map((one, i) => (i === at ? { ...one, words } : one)) })}
            />
            <ActionIcon
              variant="subtle"
              aria-label={t('routing.removeQueryType', { type: type.name })}
              onClick={() => onChange({ ...plan, queryTypes: plan.queryTypes.filter((_, i) => i !== at) })}
            >
              <IconTrash size={15} />
            </ActionIcon>
          </div>
        ))}
        {errors.queryTypes && <p className="t12 bad-ink">{errors.queryTypes}</p>}
        <div>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={14} aria-hidden />}
            onClick={() => onChange({ ...plan, queryTypes: [...plan.queryTypes, { name: t('routing.newQueryType'), words: [] }] })}
          >
            {t('routing.addQueryType')}
          </Button>
        </div>
      </Part>
      <Part title={t('routing.byChannel')} hint={t('routing.byChannelHint')}>
        <table className="tbl">
          <thead>
            <tr>
              <th>{t('routing.channel')}</th>
              <th>{t('routing.weight')}</th>
              <th>{t('routing.soon')}</th>
            </tr>
          </thead>
          <tbody>
            {channels.map(({ value: channel, label }) => (
              <tr key={channel}>
                <td className="b">{label}</td>
                <td>
                  <NumberInput
                    size="xs"
                    w={110}
                    hideControls
                    min={0}
                    max={100}
                    step={0.5}
                    aria-label={t('routing.weightOf', { channel: label })}
                    placeholder="1"
                    value={plan.weights[channel] ?? ''}
                    onChange={(value) => put('weights', channel, value)}
                  />
                </td>
                <td>
                  <NumberInput
                    size="xs"
                    w={110}
                    hideControls
                    min={0}
                    max={10080}
                    suffix={t('routing.unitMin')}
                    aria-label={t('routing.minutesOf', { channel: label })}
                    placeholder={`${plan.otherMinutes}${t('routing.unitMin')}`}
                    value={plan.minutes[channel] ?? ''}
                    onChange={(value) => put('minutes', channel, value)}
                  />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <TagsInput
          label={t('routing.halfTime')}
          description={t('routing.halfTimeHint')}
          acceptValueOnBlur
          value={plan.halfTimeTiers}
          onChange={(halfTimeTiers) => onChange({ ...plan, halfTimeTiers })}
        />
      </Part>
      <Part title={t('routing.times2')}>
        <div className="weights">
          {whole('offerSeconds', t('routing.unitS'), 86400)}
          {whole('graceMinutes', t('routing.unitMin'), 1440)}
          {whole('sleepMinutes', t('routing.unitMin'), 10080)}
        </div>
      </Part>
      <Part title={t('routing.told')} hint={t('routing.toldHint')}>
        <Textarea
          label={t('routing.nobodyThere')}
          dir="auto"
          autosize
          minRows={2}
          maxLength={1000}
          placeholder={t('routing.nobodyTherePlaceholder')}
          error={errors.nobodyThere}
          value={plan.nobodyThere ?? ''}
          onChange={(event) => onChange({ ...plan, nobodyThere: event.currentTarget.value || null })}
        />
        <TagsInput
          label={t('routing.placeWords')}
          description={t('routing.placeWordsHint')}
          acceptValueOnBlur
          value={plan.placeWords}
          onChange={(placeWords) => onChange({ ...plan, placeWords })}
        />
        <TextInput
          label={t('routing.placeAnswer')}
          dir="auto"
          maxLength={500}
          error={errors.placeAnswer}
          value={plan.placeAnswer}
          onChange={(event) => onChange({ ...plan, placeAnswer: event.currentTarget.value })}
        />
      </Part>
    </>
  );
}

const Part = ({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) => (
  <section className="card col g12 pad" aria-label={title}>
    <div>
      <h2 className="t14 b">{title}</h2>
      {hint && <p className="t12 i2">{hint}</p>}
    </div>
    {children}
  </section>
);
