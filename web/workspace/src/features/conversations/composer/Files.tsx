import { ActionIcon } from '@mantine/core';
import { IconAlertTriangle, IconFile, IconX } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { uploadFile } from '~/api/files';
import type { StoredFile } from '~/api/types';
import { wordsFor } from '~/lib/problem';
import { fileSize } from '../thread/Attachments';

export type Upload = { key: number; file: File; error: string | null };

/** Files go up while the text is still being written; only their ids travel with the message. */
export function useUploads(onFiles: (change: (files: StoredFile[]) => StoredFile[]) => void, largest: number | undefined) {
  const { t, i18n } = useTranslation();
  const [running, setRunning] = useState<Upload[]>([]);
  const counter = useRef(0);
  const start = async (upload: Upload) => {
    try {
      const stored = await uploadFile(upload.file);
      onFiles((files) => [...files, stored]);
      setRunning((all) => all.filter((other) => other.key !== upload.key));
    } catch (error) {
      setRunning((all) => all.map((other) => (other.key === upload.key ? { ...other, error: wordsFor(error) } : other)));
    }
  };
  return {
    running,
    busy: running.some((upload) => upload.error === null),
    add: (files: File[]) => {
      for (const file of files) {
        const tooLarge = largest !== undefined && largest > 0 && file.size > largest;
        const upload: Upload = {
          key: ++counter.current,
          file,
          error: tooLarge ? t('composer.tooLarge', { size: fileSize(largest, i18n.language) }) : null,
        };
        setRunning((all) => [...all, upload]);
        if (!tooLarge) void start(upload);
      }
    },
    again: (upload: Upload) => {
      setRunning((all) => all.map((other) => (other.key === upload.key ? { ...other, error: null } : other)));
      void start(upload);
    },
    drop: (key: number) => setRunning((all) => all.filter((other) => other.key !== key)),
  };
}
export type Uploads = ReturnType<typeof useUploads>;

export function FileList({ files, uploads, onRemove }: { files: StoredFile[]; uploads: Uploads; onRemove: (id: string) => void }) {
  const { t, i18n } = useTranslation();
  if (files.length === 0 && uploads.running.length === 0) return null;
  return (
    <ul className="uploads">
      {files.map((file) => (
        <li key={file.id} className="row row-6 t12">
          <IconFile size={16} stroke={1.6} aria-hidden />
          <bdi className="cut">{file.name}</bdi>
          <span className="i3">{fileSize(file.size, i18n.language)}</span>
          <ActionIcon size={24} aria-label={t('composer.removeFile', { name: file.name })} onClick={() => onRemove(file.id)}>
            <IconX size={14} />
          </ActionIcon>
        </li>
      ))}
      {uploads.running.map((upload) => (
        <li key={upload.key} className={`row row-6 t12 ${upload.error ? 'bad' : 'going'}`}>
          {upload.error ? <IconAlertTriangle size={16} stroke={1.6} aria-hidden /> : <IconFile size={16} stroke={1.6} aria-hidden />}
          <bdi className="cut">{upload.file.name}</bdi>
          <span>{upload.error ?? t('composer.uploading')}</span>
          {upload.error && (
            <button type="button" className="link" onClick={() => uploads.again(upload)}>
              {t('common.tryAgain')}
            </button>
          )}
          <ActionIcon size={24} aria-label={t('composer.removeFile', { name: upload.file.name })} onClick={() => uploads.drop(upload.key)}>
            <IconX size={14} />
          </ActionIcon>
        </li>
      ))}
    </ul>
  );
}
