import { IconArrowBackUp, IconExternalLink, IconList, IconMapPin, IconPhone } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Rich, RichButton } from '~/api/types';

const icons = { reply: IconArrowBackUp, link: IconExternalLink, call: IconPhone } as const;
const isWeb = (address: string) => /^https?:\/\//.test(address);

function Buttons({ items, pills }: { items: RichButton[]; pills?: boolean }) {
  if (items.length === 0) return null;
  return (
    <ul className={pills ? 'richpills' : 'richbuttons'}>
      {items.map((button, i) => {
        const Icon = icons[button.kind];
        return (
          <li key={i} title={button.kind === 'reply' ? undefined : button.value}>
            <Icon size={14} stroke={1.8} aria-hidden className={button.kind === 'reply' ? 'flips' : undefined} />
            <bdi className="cut">{button.title}</bdi>
          </li>
        );
      })}
    </ul>
  );
}

/** Buttons, lists and cards as the customer sees them; nothing here can be pressed. */
export function RichView({ rich }: { rich: Pick<Rich, 'buttons' | 'list' | 'quickReplies' | 'cards' | 'location' | 'footer'> }) {
  const { t } = useTranslation();
  const { buttons = [], quickReplies = [], cards = [], list, location, footer } = rich;
  return (
    <div className="rich t13">
      {location && (
        <p className="row row-6">
          <IconMapPin size={16} stroke={1.6} aria-hidden />
          <span dir="auto">
            {[location.name, location.address].filter(Boolean).join(', ') || (
              <bdi dir="ltr">
                {location.latitude}, {location.longitude}
              </bdi>
            )}
          </span>
        </p>
      )}
      {cards.length > 0 && (
        <ul className="richcards">
          {cards.map((card, i) => (
            <li key={i}>
              {card.imageUrl && isWeb(card.imageUrl) && <img src={card.imageUrl} alt="" loading="lazy" referrerPolicy="no-referrer" />}
              <b dir="auto">{card.title}</b>
              {card.subtitle && (
                <span className="t12 i2" dir="auto">
                  {card.subtitle}
                </span>
              )}
              <Buttons items={card.buttons} />
            </li>
          ))}
        </ul>
      )}
      {list && (
        <div className="richlist">
          <p className="row row-6 b">
            <IconList size={15} aria-hidden />
            <bdi>{list.button}</bdi>
          </p>
          <ul aria-label={t('rich.list')}>
            {list.sections.map((section, i) => (
              <li key={i}>
                {section.title && <span className="t12 i3">{section.title}</span>}
                {section.rows.map((row) => (
                  <span key={row.id} className="block" dir="auto">
                    {row.title} {row.description && <span className="i3 t12">{row.description}</span>}
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Buttons items={buttons} />
      <Buttons items={quickReplies} pills />
      {footer && (
        <p className="t12 i3" dir="auto">
          {footer}
        </p>
      )}
    </div>
  );
}
