import { useTranslation } from 'react-i18next';

const most = 12;
/** A small box per unit, filled as far as it is used. The figures stand beside it, so readers hear those. */
export function Load({ load, capacity, whole }: { load: number; capacity: number; whole: boolean }) {
  const { t } = useTranslation();
  const boxes = Math.max(1, Math.min(most, Math.ceil(Math.max(capacity, load))));
  const scale = Math.max(capacity, load) / boxes;
  return (
    <span
      className={`load ${whole ? 'call' : load > capacity ? 'more' : load >= capacity && capacity > 0 ? 'full' : ''}`}
      title={t('routing.units', { load, capacity })}
      aria-hidden
    >
      {Array.from({ length: boxes }, (_, i) => (
        <i key={i} style={{ '--used': `${Math.max(0, Math.min(1, load / scale - i)) * 100}%` } as React.CSSProperties} />
      ))}
    </span>
  );
}
