import { Modal } from '@mantine/core';
import {
  IconAddressBook,
  IconAlertTriangle,
  IconDownload,
  IconFile,
  IconLink,
  IconMapPin,
  IconPackage,
  IconQuestionMark,
} from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileUrl } from '~/api/files';
import type { Attachment } from '~/api/types';
import { Bone, CopyButton } from '~/components/parts';
import { AudioPlayer } from './AudioPlayer';

export const fileSize = (bytes: number | null, locale: string) => {
  if (bytes === null) return '';
  const [n, unit] = bytes < 1000 ? [bytes, 'byte'] : bytes < 1_000_000 ? [bytes / 1000, 'kilobyte'] : [bytes / 1_000_000, 'megabyte'];
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: n < 10 ? 1 : 0 }).format(n);
};

export function Attachments({ items }: { items: Attachment[] }) {
  if (items.length === 0) return null;
  return (
    <div className="files">
      {items.map((file) => (
        <One key={file.id} file={file} />
      ))}
    </div>
  );
}

function One({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  if (file.state === 'pending')
    return (
      <span className="file" role="status">
        <Bone w={20} h={20} />
        <span className="t12 i3">{t('attachment.pending')}</span>
      </span>
    );
  if (file.state === 'failed')
    return (
      <span className="file" title={file.reason ?? undefined}>
        <IconAlertTriangle size={20} stroke={1.5} aria-hidden className="bad-ink" />
        <span className="col cut">
          <span className="t13 cut">
            <bdi>{file.name ?? t(`attachment.kind.${file.kind}`)}</bdi>
          </span>
          <span className="t12 i3">{file.reason ?? t('attachment.failed')}</span>
        </span>
      </span>
    );
  if (file.kind === 'location') return <Place facts={file.facts} />;
  if (file.kind === 'contact') return <Card facts={file.facts} name={file.name} />;
  if (file.url && (file.kind === 'image' || file.kind === 'sticker')) return <Picture file={file} url={file.url} />;
  if (file.url && file.kind === 'audio')
    return (
      <span className="col">
        <AudioPlayer src={fileUrl(file.url)} name={file.name ?? t('attachment.kind.audio')} />
        {file.facts.transcript && (
          <span className="t13 transcript" title={t('attachment.writtenDown')}>
            <bdi>{file.facts.transcript}</bdi>
            <span className="t12 i3"> · {t('attachment.writtenDown')}</span>
          </span>
        )}
      </span>
    );
  if (file.url && file.kind === 'video')
    return (
      // biome-ignore lint/a11y/useMediaCaption: customers' films come without captions
      <video className="film" controls preload="metadata" src={fileUrl(file.url)} aria-label={file.name ?? t('attachment.kind.video')} />
    );
  return file.url ? <FileTile file={file} url={file.url} /> : <Facts file={file} />;
}

function Picture({ file, url }: { file: Attachment; url: string }) {
  const { t, i18n } = useTranslation();
  const [open, setOpen] = useState(false);
  const name = file.name ?? t(`attachment.kind.${file.kind}`);
  return (
    <>
      <button type="button" className={`photo ${file.kind}`} onClick={() => setOpen(true)} aria-label={t('attachment.enlarge', { name })}>
        <img src={`${fileUrl(url)}?size=thumb`} alt={name} loading="lazy" />
      </button>
      <Modal
        opened={open}
        onClose={() => setOpen(false)}
        size="auto"
        centered
        title={<bdi className="t13">{name}</bdi>}
        closeButtonProps={{ 'aria-label': t('common.close') }}
      >
        <img className="large" src={fileUrl(url)} alt={name} />
        <p className="pad-t">
          <a className="link t13" href={fileUrl(url, true)} download>
            {t('attachment.download', { size: fileSize(file.size, i18n.language) })}
          </a>
        </p>
      </Modal>
    </>
  );
}

function FileTile({ file, url }: { file: Attachment; url: string }) {
  const { t, i18n } = useTranslation();
  return (
    <a className="file" href={fileUrl(url, true)} download>
      <IconFile size={20} stroke={1.5} aria-hidden />
      <span className="col cut">
        <span className="t13 cut">
          <bdi>{file.name ?? t(`attachment.kind.${file.kind}`)}</bdi>
        </span>
        <span className="t12 i3">{fileSize(file.size, i18n.language)}</span>
      </span>
      <IconDownload size={16} stroke={1.6} className="get" aria-label={t('attachment.get')} />
    </a>
  );
}

function Place({ facts }: { facts: Attachment['facts'] }) {
  const { t } = useTranslation();
  const { latitude, longitude, name, address } = facts;
  return (
    <span className="file">
      <IconMapPin size={20} stroke={1.5} aria-hidden />
      <span className="col cut">
        <span className="t13 cut" dir="auto">
          {name ?? t('attachment.kind.location')}
        </span>
        <span className="t12 i3 cut" dir="auto">
          {address ?? (
            <bdi dir="ltr">
              {latitude}, {longitude}
            </bdi>
          )}
        </span>
        {latitude && longitude && (
          <a
            className="link t12"
            href={`https://www.openstreetmap.org/?mlat=${encodeURIComponent(latitude)}&mlon=${encodeURIComponent(longitude)}#map=16/${encodeURIComponent(latitude)}/${encodeURIComponent(longitude)}`}
            target="_blank"
            rel="noopener noreferrer"
          >
            {t('attachment.map')}
          </a>
        )}
      </span>
    </span>
  );
}

function Card({ facts, name }: { facts: Attachment['facts']; name: string | null }) {
  const { t } = useTranslation();
  const said = [facts.phones, facts.emails].filter(Boolean).join(', ');
  return (
    <span className="file">
      <IconAddressBook size={20} stroke={1.5} aria-hidden />
      <span className="col cut">
        <span className="t13 cut" dir="auto">
          {facts.name ?? name ?? t('attachment.kind.contact')}
        </span>
        <span className="t12 i3 cut">
          <bdi dir="ltr">{said}</bdi>
        </span>
      </span>
      {said && <CopyButton value={said} label={t('common.copy')} />}
    </span>
  );
}

/** An order, a shared post, a template: what is known of it, in words. */
function Facts({ file }: { file: Attachment }) {
  const { t } = useTranslation();
  const { title, url, name, ...rest } = file.facts;
  const Icon =
    file.kind === 'order'
      ? IconPackage
      : file.kind === 'unknown'
        ? IconQuestionMark
        : file.kind === 'share' || file.kind === 'story'
          ? IconLink
          : IconFile;
  const details = Object.entries(rest).map(([key, value]) => `${key}: ${value}`);
  const isAddress = url && /^https?:\/\//.test(url);
  return (
    <span className="file">
      <Icon size={20} stroke={1.5} aria-hidden />
      <span className="col cut">
        <span className="t13 cut" dir="auto">
          {title ?? name ?? file.name ?? t(`attachment.kind.${file.kind}`)}
        </span>
        <span className="t12 i3 cut" dir="auto">
          {details.length > 0 ? details.join(', ') : t(`attachment.kind.${file.kind}`)}
        </span>
        {isAddress && (
          <a className="link t12 cut" href={url} target="_blank" rel="noopener noreferrer" dir="ltr">
            {url}
          </a>
        )}
      </span>
    </span>
  );
}
