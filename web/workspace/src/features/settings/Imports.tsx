import { Button, FileButton } from '@mantine/core';
import { IconUpload } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { uploadFile } from '~/api/files';
import { draftImport, type ImportState, useImports } from '~/api/imports';
import { Page } from '~/components/Page';
import { Empty, Failure, Tag } from '~/components/parts';
import { TableBones } from '~/components/TableBones';
import { complainAbout } from '~/lib/problem';
import { ago, useNow } from '~/lib/time';
import { useBackToPlaces } from './back';

export const importTone = {
  draft: '',
  checking: 'accent',
  checked: 'accent',
  running: 'accent',
  done: 'good',
  undoing: 'accent',
  undone: '',
  failed: 'bad',
} as const satisfies Record<ImportState, string>;

/** Files of customers that came in, and the way to bring another. */
export function Imports() {
  const { t } = useTranslation();
  const now = useNow();
  const navigate = useNavigate();
  const imports = useImports();
  const [busy, setBusy] = useState(false);
  const take = async (file: File | null) => {
    if (!file) return;
    setBusy(true);
    try {
      const made = await draftImport((await uploadFile(file)).id);
      void navigate({ to: '/settings/imports/$importId', params: { importId: made.id } });
    } catch (error) {
      complainAbout(error);
    }
    setBusy(false);
  };
  const add = (
    <FileButton onChange={(file) => void take(file)} accept=".csv,.tsv,.txt,.xlsx">
      {(props) => (
        <Button {...props} loading={busy} leftSection={<IconUpload size={16} aria-hidden />}>
          {t('import.choose')}
        </Button>
      )}
    </FileButton>
  );
  return (
    <Page
      label={t('import.title')}
      title={t('import.title')}
      side={imports.data && imports.data.length > 0 ? add : null}
      {...useBackToPlaces()}
    >
      {imports.isError ? (
        <Failure title={t('import.failed')} error={imports.error} retry={() => void imports.refetch()} />
      ) : imports.isPending ? (
        <TableBones rows={3} />
      ) : imports.data.length === 0 ? (
        <Empty title={t('import.none')} action={add}>
          {t('import.noneText')}
        </Empty>
      ) : (
        <table className="tbl">
          <thead>
            <tr>
              <th>{t('import.file')}</th>
              <th>{t('import.state')}</th>
              <th className="r hide-s">{t('import.rows')}</th>
              <th className="r hide-s">{t('import.failedRows')}</th>
              <th className="r">{t('import.when')}</th>
            </tr>
          </thead>
          <tbody>
            {imports.data.map((one) => (
              <tr key={one.id}>
                <td>
                  <Link to="/settings/imports/$importId" params={{ importId: one.id }} className="rowlink b cut">
                    <bdi>{one.name}</bdi>
                  </Link>
                </td>
                <td>
                  <Tag tone={importTone[one.state]}>{t(`import.states.${one.state}`)}</Tag>
                </td>
                <td className="r hide-s num">{one.made + one.changed}</td>
                <td className="r hide-s num">{one.failed > 0 ? one.failed : ''}</td>
                <td className="r i2">{ago(one.createdAt, now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Page>
  );
}
