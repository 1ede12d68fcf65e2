import { ActionIcon, Menu, NumberInput, Select, TextInput, Tooltip } from '@mantine/core';
import {
  IconCards,
  IconLayoutGridAdd,
  IconList,
  IconMapPin,
  IconMessageDots,
  IconPlus,
  IconSquareRoundedPlus,
  IconX,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Rich, RichButton, RichCard, RichRow, RichSupport } from '~/api/types';
import { addPart, dropPart, hasPart, limitsOf, most, newButton, newCard, type Part, parts, titleLimit } from './rich';

const icons = {
  buttons: IconSquareRoundedPlus,
  list: IconList,
  quickReplies: IconMessageDots,
  cards: IconCards,
  location: IconMapPin,
} as const;
type Change = (rich: Rich | null) => void;

export function AddMenu({ rich, onChange, disabled }: { rich: Rich | null; onChange: Change; disabled: boolean }) {
  const { t } = useTranslation();
  return (
    <Menu position="top-start" width={220}>
      <Menu.Target>
        <Tooltip label={t('rich.add')}>
          <ActionIcon aria-label={t('rich.add')} disabled={disabled}>
            <IconLayoutGridAdd size={18} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('rich.add')}</Menu.Label>
        {parts.map((part) => {
          const Icon = icons[part];
          return (
            <Menu.Item
              key={part}
              leftSection={<Icon size={16} stroke={1.7} />}
              disabled={hasPart(rich, part)}
              onClick={() => onChange(addPart(rich, part))}
            >
              {t(`rich.${part}`)}
            </Menu.Item>
          );
        })}
      </Menu.Dropdown>
    </Menu>
  );
}

type Props = { rich: Rich; onChange: Change; can: RichSupport | undefined; channel: string | undefined };
/** One small form for each part; each goes with one click. */
export function RichEditor({ rich, onChange, can, channel }: Props) {
  const { t } = useTranslation();
  const set = (change: Partial<Rich>) => onChange({ ...rich, ...change });
  const body = (part: Part) => {
    switch (part) {
      case 'buttons':
        return (
          <Buttons items={rich.buttons ?? []} onChange={(buttons) => set({ buttons })} limit={titleLimit(part, can)} most={most.buttons} />
        );
      case 'quickReplies':
        return (
          <Buttons
            items={rich.quickReplies ?? []}
            onChange={(quickReplies) => set({ quickReplies })}
            limit={titleLimit(part, can)}
            most={most.buttons}
            only="reply"
          />
        );
      case 'list':
        return rich.list && <Rows list={rich.list} onChange={(list) => set({ list })} limit={titleLimit(part, can)} />;
      case 'cards':
        return <Cards items={rich.cards ?? []} onChange={(cards) => set({ cards })} limit={titleLimit(part, can)} />;
      case 'location':
        return rich.location && <Place place={rich.location} onChange={(location) => set({ location })} />;
    }
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard
    <section className="richedit scroll" aria-label={t('rich.editor')} tabIndex={0}>
      {parts
        .filter((part) => hasPart(rich, part))
        .map((part) => (
          <fieldset key={part}>
            <legend className="eyebrow">{t(`rich.${part}`)}</legend>
            <Tooltip label={t('rich.remove', { what: t(`rich.${part}`) })}>
              <ActionIcon
                className="off"
                size={24}
                aria-label={t('rich.remove', { what: t(`rich.${part}`) })}
                onClick={() => onChange(dropPart(rich, part))}
              >
                <IconX size={14} />
              </ActionIcon>
            </Tooltip>
            {body(part)}
            {channel && <Limit part={part} can={can} channel={channel} />}
          </fieldset>
        ))}
    </section>
  );
}

function Limit({ part, can, channel }: { part: Part; can: RichSupport | undefined; channel: string }) {
  const { t } = useTranslation();
  const limits = limitsOf(part, can);
  if (!limits) return null;
  const { n, length } = limits;
  return <p className="t12 i3">{length === null ? t('rich.limitCount', { channel, n }) : t('rich.limit', { channel, n, length })}</p>;
}

/** Counts down while one types; past the channel's limit it says so, because the whole part becomes text then. */
function Title({
  value,
  onChange,
  limit,
  label,
  autoFocus,
}: {
  value: string;
  onChange: (value: string) => void;
  limit: number;
  label: string;
  autoFocus?: boolean;
}) {
  const left = limit - value.length;
  return (
    <TextInput
      className="grow"
      size="xs"
      aria-label={label}
      placeholder={label}
      {...(value ? { dir: 'auto' } : {})}
      maxLength={most.title}
      value={value}
      {...(autoFocus ? { autoFocus: true } : {})}
      onChange={(event) => onChange(event.currentTarget.value)}
      rightSectionWidth={36}
      rightSection={left < 8 || value ? <span className={`t12 num ${left < 0 ? 'warn-ink b' : 'i3'}`}>{left}</span> : null}
    />
  );
}
const More = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <button type="button" className="link t12 moreparts" onClick={onClick}>
    <IconPlus size={13} aria-hidden />
    {label}
  </button>
);
const replaced = <T,>(items: T[], at: number, item: T) => items.map((one, i) => (i === at ? item : one));

type ButtonsProps = {
  items: RichButton[];
  onChange: (items: RichButton[]) => void;
  limit: number;
  most: number;
  only?: 'reply';
  short?: boolean;
};
function Buttons({ items, onChange, limit, most: top, only }: ButtonsProps) {
  const { t } = useTranslation();
  return (
    <>
      {items.map((button, i) => (
        <div key={i} className="row row-4 richrow">
          {!only && (
            <Select
              size="xs"
              w={104}
              aria-label={t('rich.kind')}
              allowDeselect={false}
              data={(['reply', 'link', 'call'] as const).map((kind) => ({ value: kind, label: t(`rich.kinds.${kind}`) }))}
              value={button.kind}
              onChange={(kind) => kind && onChange(replaced(items, i, { ...button, kind: kind as RichButton['kind'] }))}
            />
          )}
          <Title
            value={button.title}
            limit={limit}
            label={t('rich.title')}
            autoFocus={i === items.length - 1 && !button.title}
            onChange={(title) => onChange(replaced(items, i, { ...button, title }))}
          />
          {button.kind !== 'reply' && (
            <TextInput
              className="grow"
              size="xs"
              dir="ltr"
              type={button.kind === 'link' ? 'url' : 'tel'}
              aria-label={t(`rich.value.${button.kind}`)}
              placeholder={button.kind === 'link' ? 'https://' : '+49 30 123456'}
              value={button.value}
              onChange={(event) => onChange(replaced(items, i, { ...button, value: event.currentTarget.value }))}
            />
          )}
          <ActionIcon
            size={24}
            aria-label={t('rich.removeRow')}
            disabled={items.length === 1}
            onClick={() => onChange(items.filter((_, n) => n !== i))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      {items.length < top && (
        <More label={t(only ? 'rich.moreQuick' : 'rich.moreButton')} onClick={() => onChange([...items, newButton()])} />
      )}
    </>
  );
}

function Rows({
  list,
  onChange,
  limit,
}: {
  list: NonNullable<Rich['list']>;
  onChange: (list: NonNullable<Rich['list']>) => void;
  limit: number;
}) {
  const { t } = useTranslation();
  const rows = list.sections.flatMap((section) => section.rows);
  const put = (next: RichRow[]) => onChange({ ...list, sections: [{ title: null, rows: next }] });
  return (
    <>
      <Title
        value={list.button}
        limit={20}
        label={t('rich.listButton')}
        autoFocus={!list.button}
        onChange={(button) => onChange({ ...list, button })}
      />
      {rows.map((row, i) => (
        <div key={i} className="row row-4 richrow">
          <Title
            value={row.title}
            limit={limit}
            label={t('rich.rowTitle')}
            onChange={(title) => put(replaced(rows, i, { ...row, title }))}
          />
          <TextInput
            className="grow"
            size="xs"
            dir="auto"
            aria-label={t('rich.rowText')}
            placeholder={t('rich.rowText')}
            maxLength={200}
            value={row.description ?? ''}
            onChange={(event) => put(replaced(rows, i, { ...row, description: event.currentTarget.value }))}
          />
          <ActionIcon
            size={24}
            aria-label={t('rich.removeRow')}
            disabled={rows.length === 1}
            onClick={() => put(rows.filter((_, n) => n !== i))}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      {rows.length < most.rows && (
        <More label={t('rich.moreRow')} onClick={() => put([...rows, { id: '', title: '', description: null }])} />
      )}
    </>
  );
}

function Cards({ items, onChange, limit }: { items: RichCard[]; onChange: (items: RichCard[]) => void; limit: number }) {
  const { t } = useTranslation();
  const field = (card: RichCard, i: number, name: 'subtitle' | 'imageUrl') => (
    <TextInput
      className="grow"
      size="xs"
      dir={name === 'imageUrl' ? 'ltr' : 'auto'}
      {...(name === 'imageUrl' ? { type: 'url' } : {})}
      aria-label={t(`rich.card.${name}`)}
      placeholder={t(`rich.card.${name}`)}
      value={card[name] ?? ''}
      onChange={(event) => onChange(replaced(items, i, { ...card, [name]: event.currentTarget.value }))}
    />
  );
  return (
    <>
      {items.map((card, i) => (
        <div key={i} className="richcard">
          <div className="row row-4 richrow">
            <Title
              value={card.title}
              limit={most.title}
              label={t('rich.card.title')}
              autoFocus={i === items.length - 1 && !card.title}
              onChange={(title) => onChange(replaced(items, i, { ...card, title }))}
            />
            {field(card, i, 'subtitle')}
            <ActionIcon
              size={24}
              aria-label={t('rich.removeRow')}
              disabled={items.length === 1}
              onClick={() => onChange(items.filter((_, n) => n !== i))}
            >
              <IconX size={14} />
            </ActionIcon>
          </div>
          <div className="row row-4 richrow">{field(card, i, 'imageUrl')}</div>
          {card.buttons.length > 0 ? (
            <Buttons
              items={card.buttons}
              onChange={(buttons) => onChange(replaced(items, i, { ...card, buttons }))}
              limit={limit}
              most={3}
            />
          ) : (
            <More label={t('rich.firstButton')} onClick={() => onChange(replaced(items, i, { ...card, buttons: [newButton()] }))} />
          )}
        </div>
      ))}
      {items.length < most.cards && <More label={t('rich.moreCard')} onClick={() => onChange([...items, newCard()])} />}
    </>
  );
}

function Place({ place, onChange }: { place: NonNullable<Rich['location']>; onChange: (place: NonNullable<Rich['location']>) => void }) {
  const { t } = useTranslation();
  const number = (name: 'latitude' | 'longitude', end: number) => (
    <NumberInput
      className="grow"
      size="xs"
      hideControls
      dir="ltr"
      decimalScale={6}
      min={-end}
      max={end}
      aria-label={t(`rich.place.${name}`)}
      placeholder={t(`rich.place.${name}`)}
      value={Number.isFinite(place[name]) ? place[name] : ''}
      onChange={(value) => onChange({ ...place, [name]: value === '' ? Number.NaN : Number(value) })}
    />
  );
  const words = (name: 'name' | 'address') => (
    <TextInput
      className="grow"
      size="xs"
      dir="auto"
      aria-label={t(`rich.place.${name}`)}
      placeholder={t(`rich.place.${name}`)}
      value={place[name] ?? ''}
      onChange={(event) => onChange({ ...place, [name]: event.currentTarget.value })}
    />
  );
  return (
    <>
      <div className="row row-4 richrow">
        {words('name')}
        {words('address')}
      </div>
      <div className="row row-4 richrow">
        {number('latitude', 90)}
        {number('longitude', 180)}
      </div>
    </>
  );
}
