import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy, IconPlugConnectedX, IconRosetteDiscountCheck } from '@tabler/icons-react';
import { Component, type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { wordsFor } from '~/lib/problem';

export const Tag = ({
  tone = '',
  children,
}: {
  tone?: '' | 'line' | 'good' | 'warn' | 'bad' | 'accent' | 'gold' | 'public';
  children: ReactNode;
}) => <span className={`tag ${tone}`}>{children}</span>;

/** Nothing for 200 ms, then bones in the shape of what comes. */
export function useLate(waiting: boolean) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    if (!waiting) return setLate(false);
    const timer = setTimeout(() => setLate(true), 200);
    return () => clearTimeout(timer);
  }, [waiting]);
  return waiting && late;
}
export const Bone = ({ w, h = 12, round }: { w: number | string; h?: number; round?: boolean }) => (
  <span className="skel" style={{ width: w, height: h, display: 'block', ...(round ? { borderRadius: h } : {}) }} />
);

export function Empty({
  picture,
  title,
  children,
  action,
}: {
  picture?: ReactNode;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="empty">
      {picture}
      <p className="t16 b">{title}</p>
      {children && <div className="t13 i2 words">{children}</div>}
      {action && <div className="row wrap">{action}</div>}
    </div>
  );
}

/** Only the part that failed says so; the rest stays usable. */
export function Failure({ title, error, retry }: { title: string; error: unknown; retry?: (() => void) | undefined }) {
  const { t } = useTranslation();
  const details =
    error instanceof Error ? `${error.name}: ${error.message}\n${location.pathname}\n${new Date().toISOString()}` : String(error);
  return (
    <div className="empty" role="alert">
      <IconPlugConnectedX size={30} stroke={1.5} aria-hidden className="bad-ink" />
      <p className="t16 b">{title}</p>
      <p className="t13 i2 words">{wordsFor(error)}</p>
      <div className="row">
        {retry && (
          <Button variant="default" onClick={retry}>
            {t('common.tryAgain')}
          </Button>
        )}
        <Button variant="subtle" onClick={() => void navigator.clipboard.writeText(details)}>
          {t('common.copyDetails')}
        </Button>
      </div>
    </div>
  );
}

type BoundaryProps = { title: string; children: ReactNode; resetKey?: string };
export class Boundary extends Component<BoundaryProps, { error: unknown }> {
  override state: { error: unknown } = { error: null };
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }
  override componentDidUpdate(before: BoundaryProps) {
    if (before.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null });
  }
  override render() {
    if (!this.state.error) return this.props.children;
    return <Failure title={this.props.title} error={this.state.error} retry={() => this.setState({ error: null })} />;
  }
}

export function CopyButton({ value, label }: { value: string; label: string }) {
  const { t } = useTranslation();
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(value);
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  return (
    <Tooltip label={copied ? t('common.copied') : label}>
      <ActionIcon aria-label={label} onClick={() => void copy()} size={28}>
        {copied ? <IconCheck size={16} /> : <IconCopy size={16} stroke={1.7} />}
      </ActionIcon>
    </Tooltip>
  );
}

export function Copyable({ value, label, block }: { value: string; label: string; block?: boolean }) {
  return (
    <div className={`copyable ${block ? 'block' : ''}`}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
      <code dir="ltr" className="scroll" tabIndex={0}>
        {value}
      </code>
      <CopyButton value={value} label={label} />
    </div>
  );
}

export function Verified({ proven, how }: { proven: boolean; how?: string | null | undefined }) {
  const { t } = useTranslation();
  return proven ? (
    <Tooltip label={how ?? t('customer.verifiedByChannel')}>
      <span className="good-ink row" role="img" aria-label={t('customer.verified')}>
        <IconRosetteDiscountCheck size={16} stroke={1.8} aria-hidden />
      </span>
    </Tooltip>
  ) : (
    <Tooltip label={how ?? t('customer.notProven')}>
      <span className="t12 i3">{t('customer.stated')}</span>
    </Tooltip>
  );
}
