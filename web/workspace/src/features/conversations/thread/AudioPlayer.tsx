import { IconFileMusic, IconPlayerPauseFilled, IconPlayerPlayFilled } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { fileUrl } from '~/api/files';

const clock = (seconds: number) =>
  Number.isFinite(seconds) ? `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}` : '0:00';

export function AudioPlayer({ src, name }: { src: string; name: string }) {
  const { t } = useTranslation();
  const audio = useRef<HTMLAudioElement>(null);
  const [playing, setPlaying] = useState(false);
  const [at, setAt] = useState(0);
  const [length, setLength] = useState(0);
  const [broken, setBroken] = useState(false);
  const toggle = () => {
    if (playing) audio.current?.pause();
    else void audio.current?.play().catch(() => setPlaying(false));
  };
  if (broken)
    return (
      <span className="file">
        <IconFileMusic size={20} stroke={1.5} aria-hidden />
        <span className="col cut">
          <span className="t13">{t('attachment.cantPlay')}</span>
          <a className="link t12" href={fileUrl(src, true)} download>
            {t('attachment.get')}
          </a>
        </span>
      </span>
    );
  return (
    <span className="player" dir="ltr">
      {/* biome-ignore lint/a11y/useMediaCaption: customers' recordings come without captions */}
      <audio
        ref={audio}
        src={src}
        preload="metadata"
        onError={() => setBroken(true)}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        onDurationChange={(event) => setLength(event.currentTarget.duration)}
      />
      <button type="button" className="play" aria-label={t(playing ? 'attachment.pause' : 'attachment.play', { name })} onClick={toggle}>
        {playing ? <IconPlayerPauseFilled size={14} /> : <IconPlayerPlayFilled size={14} />}
      </button>
      <input
        type="range"
        min={0}
        max={Number.isFinite(length) && length > 0 ? length : 1}
        step={0.1}
        value={at}
        aria-label={t('attachment.position', { name })}
        onChange={(event) => {
          if (audio.current) audio.current.currentTime = Number(event.currentTarget.value);
        }}
      />
      <span className="t12 i3 num">{clock(at > 0 ? at : length)}</span>
    </span>
  );
}
