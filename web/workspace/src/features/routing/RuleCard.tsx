import { ActionIcon, Menu, Switch, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconArrowDown, IconArrowUp, IconChevronDown, IconDots, IconGripVertical, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Plan, Rule, Warning } from '~/api/routing';
import { Conditions } from './Conditions';
import { TargetEditor } from './TargetEditor';
import type { Things } from './things';
import { useRoutingWords } from './words';

type Props = {
  rule: Rule;
  at: number;
  count: number;
  open: boolean;
  over: boolean;
  things: Things;
  plan: Plan;
  tried: number | null;
  errors: Record<string, string>;
  warnings: Warning[];
  onOpen: () => void;
  onChange: (rule: Rule) => void;
  onMove: (to: number) => void;
  onOver: (at: number | null) => void;
  onDrop: (from: number) => void;
  onRemove: () => void;
};
const dragged = 'text/x-braid-rule';

/** One rule: a sentence when closed, the same sentence with something to choose in each place when open. */
export function RuleCard({
  rule,
  at,
  count,
  open,
  over,
  things,
  plan,
  tried,
  errors,
  warnings,
  onOpen,
  onChange,
  onMove,
  onOver,
  onDrop,
  onRemove,
}: Props) {
  const { t } = useTranslation();
  const words = useRoutingWords(things.names, things.fields);
  const last = rule.id === '';
  const path = last ? 'otherwise' : `rules.${at}`;
  const conditions = rule.when.filter((one) => one.values.length > 0 || one.is === 'set' || one.is === 'unset').map(words.condition);
  const when = last
    ? t('routing.anythingElse')
    : conditions.length === 0
      ? t('routing.always')
      : words.list(conditions, rule.match === 'any' ? 'disjunction' : 'conjunction');
  const mine = Object.entries(errors).filter(([field]) => field.startsWith(`${path}.`));
  return (
    <li
      className={`rule ${open ? 'open' : ''} ${over ? 'over' : ''} ${rule.on ? '' : 'off'}`}
      onDragOver={(event) => {
        if (last || !event.dataTransfer.types.includes(dragged)) return;
        event.preventDefault();
        onOver(at);
      }}
      onDragLeave={() => onOver(null)}
      onDrop={(event) => {
        event.preventDefault();
        onOver(null);
        const from = event.dataTransfer.getData(dragged);
        if (from !== '') onDrop(Number(from));
      }}
    >
      <div className="headline">
        {!last && (
          <span
            className="handle"
            draggable
            aria-hidden
            onDragStart={(event) => {
              event.dataTransfer.setData(dragged, String(at));
              event.dataTransfer.effectAllowed = 'move';
            }}
          >
            <IconGripVertical size={16} />
          </span>
        )}
        <b className="num i2" aria-hidden>
          {at + 1}
        </b>
        <button type="button" className="opens said2" aria-expanded={open} onClick={onOpen}>
          {!last && <bdi className="b">{rule.name}</bdi>}
          <span className={last ? 'b' : 'i2'}>
            {!last && ': '}
            {when} → {words.target(rule.then)}
          </span>
        </button>
        {!rule.on && <span className="t12 i3">{t('routing.ruleOff')}</span>}
        {tried !== null && rule.on && <span className="t12 i2 num nobreak">{t('routing.times', { n: tried })}</span>}
        {!last && (
          <Menu position="bottom-end" width={200}>
            <Menu.Target>
              <ActionIcon aria-label={t('routing.ruleMenu', { rule: rule.name })}>
                <IconDots size={17} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconArrowUp size={15} />} disabled={at === 0} onClick={() => onMove(at - 1)}>
                {t('routing.up')}
              </Menu.Item>
              <Menu.Item leftSection={<IconArrowDown size={15} />} disabled={at === count - 1} onClick={() => onMove(at + 1)}>
                {t('routing.down')}
              </Menu.Item>
              <Menu.Item onClick={() => onChange({ ...rule, on: !rule.on })}>{t(rule.on ? 'routing.turnOff' : 'routing.turnOn')}</Menu.Item>
              <Menu.Item leftSection={<IconTrash size={15} />} className="danger" onClick={onRemove}>
                {t('routing.removeRule')}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
        <IconChevronDown size={16} aria-hidden className={`turns2 i3 ${open ? 'open' : ''}`} />
      </div>
      {(warnings.length > 0 || mine.length > 0) && (
        <div className="body">
          {mine.map(([field, text]) => (
            <p key={field} className="t12 bad-ink" role="alert">
              {text}
            </p>
          ))}
          {warnings.map((warning) => (
            <p key={warning.kind + warning.about} className="warnline">
              <IconAlertTriangle size={15} aria-hidden />
              {t(`routing.warn.${warning.kind as 'neverReached'}`, {
                about: warning.about
                  ? warning.kind === 'contradicts' || warning.kind === 'noSuchThing'
                    ? words.field(warning.about)
                    : warning.about
                  : '',
              })}
            </p>
          ))}
        </div>
      )}
      {open && (
        <div className="body">
          {!last && (
            <div className="row row-12 wrap">
              <TextInput
                className="grow"
                label={t('routing.ruleName')}
                maxLength={100}
                value={rule.name}
                onChange={(event) => onChange({ ...rule, name: event.currentTarget.value })}
              />
              <Switch
                label={t('routing.ruleOn')}
                checked={rule.on}
                onChange={(event) => onChange({ ...rule, on: event.currentTarget.checked })}
              />
            </div>
          )}
          {!last && <Conditions rule={rule} things={things} plan={plan} onChange={onChange} />}
          <TargetEditor then={rule.then} things={things} onChange={(then) => onChange({ ...rule, then })} />
        </div>
      )}
    </li>
  );
}
