import { ActionIcon } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

type Props = {
  title: ReactNode;
  mark?: ReactNode;
  under?: ReactNode;
  side?: ReactNode;
  back?: LinkProps;
  label: string;
  children: ReactNode;
};

/** A full sheet: header with title and actions, and a body that scrolls. */
export function Page({ title, mark, under, side, back, label, children }: Props) {
  const { t } = useTranslation();
  return (
    <main className="sheet page">
      <header>
        {back && (
          <ActionIcon component={Link} {...(back as object)} aria-label={t('common.back')}>
            <IconArrowLeft size={18} stroke={1.7} className="flips" />
          </ActionIcon>
        )}
        {mark}
        <div className="grow">
          <h1 className="cut">{title}</h1>
          {under && <p className="t13 i2 cut">{under}</p>}
        </div>
        {side}
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area has to be reachable by keyboard */}
      <section className="body scroll" tabIndex={0} aria-label={label}>
        {children}
      </section>
    </main>
  );
}
