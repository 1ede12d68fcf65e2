import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { LooseStrands } from '~/components/Channel';
import { Empty } from '~/components/parts';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <main className="door">
      <Empty
        picture={<LooseStrands />}
        title={t('notFound.title')}
        action={
          <Button component={Link} to="/inbox" variant="default">
            {t('notFound.back')}
          </Button>
        }
      >
        {t('notFound.text')}
      </Empty>
    </main>
  );
}
