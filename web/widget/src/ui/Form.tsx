import { useState } from 'preact/hooks';
import { limits, type PreChat, type PreChatField } from '../protocol';
import type { Shared } from './App';
import { awayHint, awayTitle } from './Home';
import { IconButton } from './parts';

const inputs: Record<PreChatField, { type: string; complete: string; label: 'fieldName' | 'fieldEmail' | 'fieldPhone' }> = {
  name: { type: 'text', complete: 'name', label: 'fieldName' },
  email: { type: 'email', complete: 'email', label: 'fieldEmail' },
  phone: { type: 'tel', complete: 'tel', label: 'fieldPhone' },
};

/** Null when the value is fine, else the word of what to mend. */
export function problemOf(field: PreChatField | 'text', value: string, required: boolean): 'needed' | 'badEmail' | 'badPhone' | null {
  const given = value.trim();
  if (!given) return required ? 'needed' : null;
  if (field === 'email' && !/^[^@\s<>,;"]+@[^@\s<>,;".]+(\.[^@\s<>,;".]+)+$/.test(given)) return 'badEmail';
  if (field === 'phone' && !/^\+[1-9]\d{6,14}$/.test(given.replace(/[\s().\-\u00a0]/g, ''))) return 'badPhone';
  return null;
}

/** Before the first message (`form`), or while nobody is there (`offline`): one question and where to answer. */
export function Form({ kind, chat, state, words, go, onClose }: Shared & { kind: 'form' | 'offline' }) {
  const { t } = words;
  const config = state.config;
  const away = kind === 'offline';
  const fields: PreChatField[] = away ? ['email'] : (config?.preChat.fields ?? []);
  const required = away || config?.preChat.mode === 'required';
  const [values, setValues] = useState<Record<string, string>>({ name: state.me?.name ?? '', email: state.me?.email ?? '' });
  const [tried, setTried] = useState(false);
  // In the order on screen, so that the first mistake is the one that gets the focus.
  const names = away ? ['text' as const, ...fields] : [...fields, 'text' as const];
  const problem = (name: PreChatField | 'text') => (tried ? problemOf(name, values[name] ?? '', required || name === 'text') : null);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setTried(true);
    const wrong = names.find((name) => problemOf(name, values[name] ?? '', required || name === 'text'));
    if (wrong) return document.getElementById(`f-${wrong}`)?.focus();
    const text = (values.text ?? '').trim();
    if (away) chat.leaveEmail((values.email ?? '').trim(), text);
    else chat.send(text, [], Object.fromEntries(fields.map((f) => [f, (values[f] ?? '').trim()]).filter(([, v]) => v)) as PreChat);
    go('talk');
  };

  const field = (name: PreChatField | 'text', label: string, attributes: { type?: 'text'; autocomplete?: string; 'data-focus'?: true }) => {
    const wrong = problem(name);
    const common = {
      id: `f-${name}`,
      name,
      dir: 'auto' as const,
      value: values[name] ?? '',
      'aria-invalid': wrong !== null,
      'aria-describedby': wrong ? `e-${name}` : undefined,
      onInput: (event: Event) => setValues({ ...values, [name]: (event.currentTarget as HTMLInputElement).value }),
      ...attributes,
    };
    return (
      <label class="field" key={name} for={`f-${name}`}>
        <span>
          {label} {!required && name !== 'text' && <span class="meta">({t('optional')})</span>}
        </span>
        {name === 'text' ? <textarea rows={4} maxLength={limits.text} {...common} /> : <input maxLength={254} {...common} />}
        {wrong && (
          <span class="wrong" id={`e-${name}`}>
            {t(wrong)}
          </span>
        )}
      </label>
    );
  };

  const question = field('text', t('question'), away ? { 'data-focus': true } : {});
  const others = fields.map((name, i) =>
    field(name, t(inputs[name].label), {
      type: inputs[name].type as 'text',
      autocomplete: inputs[name].complete,
      ...(i === 0 && !away ? { 'data-focus': true as const } : {}),
    }),
  );
  return (
    <>
      <div class="hero small">
        <div class="row">
          <IconButton icon="back" flip label={t('back')} onClick={() => go(state.asked ? 'talk' : 'home')} />
          <b class="grow" dir="auto">
            {config?.name}
          </b>
          {onClose && <IconButton icon="close" label={t('close')} onClick={onClose} />}
        </div>
        <h1>{away ? awayTitle(words, config?.backAt ?? null) : t('formTitle')}</h1>
        <p>{away ? <bdi>{config?.offlineText ?? awayHint(words, config?.backAt ?? null)}</bdi> : t('formHint')}</p>
      </div>
      <form class="body form" onSubmit={submit} noValidate>
        {away ? [question, ...others] : [...others, question]}
        <button type="submit" class="main">
          {away ? t('sendMessage') : t('start')}
        </button>
        {away && <p class="meta mid">{t('emailUse')}</p>}
      </form>
    </>
  );
}
