import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type FileInfo, limits } from '../protocol';
import type { Shared } from './App';
import { Icon } from './icons';

interface Attached {
  key: number;
  name: string;
  info: FileInfo | null;
}

let keys = 0;
// Survives leaving the thread within this page, not the visit.
let draft = '';

export function Composer({ chat, words }: Shared) {
  const { t } = words;
  const [text, setText] = useState(draft);
  const [files, setFiles] = useState<Attached[]>([]);
  const [trouble, setTrouble] = useState('');
  const area = useRef<HTMLTextAreaElement>(null);
  const picker = useRef<HTMLInputElement>(null);
  const busy = files.some((f) => !f.info);
  const empty = !text.trim() && files.length === 0;

  useLayoutEffect(() => {
    draft = text;
    const box = area.current;
    if (!box) return;
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, 160)}px`;
  }, [text]);

  const attach = (list: Iterable<File>) => {
    setTrouble('');
    let room = limits.files - files.length;
    for (const file of list) {
      if (room-- <= 0) return setTrouble(t('tooMany'));
      if (file.size > limits.fileBytes) {
        setTrouble(t('tooLarge', { name: file.name }));
        continue;
      }
      const key = ++keys;
      setFiles((all) => [...all, { key, name: file.name, info: null }]);
      chat.upload(file).then(
        (info) => setFiles((all) => all.map((f) => (f.key === key ? { ...f, info } : f))),
        () => {
          setFiles((all) => all.filter((f) => f.key !== key));
          setTrouble(t('uploadFailed', { name: file.name }));
        },
      );
    }
  };

  // Files may be dropped anywhere on the chat.
  const onFiles = useRef(attach);
  onFiles.current = attach;
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      if (event.dataTransfer) onFiles.current(event.dataTransfer.files);
    };
    document.addEventListener('dragover', over);
    document.addEventListener('drop', drop);
    return () => {
      document.removeEventListener('dragover', over);
      document.removeEventListener('drop', drop);
    };
  }, []);

  const send = () => {
    if (empty || busy) return;
    chat.send(
      text.trim(),
      files.flatMap((f) => (f.info ? [f.info] : [])),
    );
    chat.typing(false);
    setText('');
    setFiles([]);
    setTrouble('');
    area.current?.focus();
  };

  const onKey = (event: KeyboardEvent) => {
    // Enter belongs to the input method while it composes, and to new lines on touch keyboards.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || matchMedia('(pointer: coarse)').matches) return;
    event.preventDefault();
    send();
  };

  return (
    <form
      class="compose"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {trouble && (
        <p class="wrong" role="alert">
          {trouble}
        </p>
      )}
      {files.length > 0 && (
        <ul class="chips">
          {files.map((file) => (
            <li key={file.key} class={file.info ? '' : 'busy'}>
              <bdi class="cut">{file.name}</bdi>
              {!file.info && (
                <span class="sr" role="status">
                  {t('uploading')}
                </span>
              )}
              <button
                type="button"
                aria-label={t('remove', { name: file.name })}
                onClick={() => setFiles(files.filter((f) => f.key !== file.key))}
              >
                <Icon name="close" size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="input">
        <textarea
          ref={area}
          data-focus
          rows={1}
          dir="auto"
          maxLength={limits.text}
          placeholder={t('write')}
          aria-label={t('write')}
          value={text}
          onInput={(event) => {
            setText(event.currentTarget.value);
            chat.typing(event.currentTarget.value !== '');
          }}
          onKeyDown={onKey}
          onPaste={(event) => {
            const pasted = event.clipboardData?.files;
            if (pasted?.length) {
              event.preventDefault();
              attach(pasted);
            }
          }}
        />
        <input
          ref={picker}
          type="file"
          multiple
          hidden
          onChange={(event) => {
            attach([...(event.currentTarget.files ?? [])]);
            event.currentTarget.value = '';
          }}
        />
        <button type="button" class="tool" aria-label={t('attach')} title={t('attach')} onClick={() => picker.current?.click()}>
          <Icon name="clip" />
        </button>
        <button type="submit" class="send" aria-label={t('send')} title={t('send')} aria-disabled={empty || busy}>
          <Icon name="send" size={18} flip />
        </button>
      </div>
    </form>
  );
}
