import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTemplates } from '~/api/inboxes';
import type { ConversationDetail, Outgoing, Template } from '~/api/types';
import { channelName } from '~/components/Channel';
import { Bone, Empty, Failure, Tag } from '~/components/parts';
import type { Target } from './targets';
import { fill, isFilled, partsOf } from './template';

type Props = {
  target: Target;
  customer: ConversationDetail['customer'];
  onClose: () => void;
  onUse: (template: NonNullable<Outgoing['template']>, preview: string) => void;
};

/** List at the start, live preview at the end; a missing variable is amber and blocks. */
export function TemplatePicker({ target, customer, onClose, onUse }: Props) {
  const { t } = useTranslation();
  const templates = useTemplates(target.inboxId);
  const [text, setText] = useState('');
  const [picked, setPicked] = useState<Template | null>(null);
  const found = (templates.data ?? []).filter((one) =>
    `${one.name} ${one.body}`.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase()),
  );
  const current = picked && found.includes(picked) ? picked : found[0];
  return (
    <Modal
      opened
      onClose={onClose}
      size={720}
      title={<b>{t('template.title', { channel: channelName(target.channel) })}</b>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {templates.isError ? (
        <Failure title={t('template.failed')} error={templates.error} retry={() => void templates.refetch()} />
      ) : templates.isPending ? (
        <div className="col g8" aria-busy="true">
          <Bone w="60%" />
          <Bone w="80%" />
        </div>
      ) : templates.data.length === 0 ? (
        <Empty title={t('template.none')}>{t('template.noneText')}</Empty>
      ) : (
        <div className="templates">
          <div className="col g8">
            <TextInput
              aria-label={t('template.find')}
              placeholder={t('template.find')}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
            <div className="scroll picklist">
              {found.map((one) => (
                <button
                  key={`${one.name} ${one.language}`}
                  type="button"
                  className={`it ${one === current ? 'on' : ''}`}
                  aria-pressed={one === current}
                  onClick={() => setPicked(one)}
                >
                  <span className="grow cut" dir="ltr">
                    {one.name}
                  </span>
                  <span className="t12 i3">{one.language}</span>
                </button>
              ))}
              {found.length === 0 && <p className="t13 i2 nothing">{t('template.noneFound')}</p>}
            </div>
          </div>
          {current && <Preview key={`${current.name} ${current.language}`} template={current} customer={customer} onUse={onUse} />}
        </div>
      )}
    </Modal>
  );
}

function Preview({ template, customer, onUse }: { template: Template } & Pick<Props, 'customer' | 'onUse'>) {
  const { t } = useTranslation();
  // The first variable nearly always greets; the person still sees and can change it.
  const greeting = customer.name?.split(/\s+/)[0] ?? '';
  const [body, setBody] = useState<string[]>(() => Array.from({ length: template.parameters }, (_, i) => (i === 0 ? greeting : '')));
  const [header, setHeader] = useState<string[]>(() => Array.from({ length: template.headerParameters }, () => ''));
  const whole = [template.header && fill(template.header, header), fill(template.body, body)].filter(Boolean).join('\n');
  const field = (values: string[], set: (values: string[]) => void, i: number, label: string) => (
    <TextInput
      key={label}
      label={label}
      dir="auto"
      value={values[i] ?? ''}
      onChange={(event) => set(values.map((old, n) => (n === i ? event.currentTarget.value : old)))}
    />
  );
  return (
    <form
      className="col g12"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isFilled(template, header, body)) return;
        const parameters = { name: template.name, language: template.language, bodyParameters: body.map((one) => one.trim()) };
        onUse(header.length > 0 ? { ...parameters, headerParameters: header.map((one) => one.trim()) } : parameters, whole);
      }}
    >
      <div className="bub preview" dir="auto">
        {template.header && (
          <b className="block">
            <Filled text={template.header} values={header} />
          </b>
        )}
        <Filled text={template.body} values={body} />
      </div>
      {header.map((_, i) => field(header, setHeader, i, t('template.headerVariable', { n: i + 1 })))}
      {body.map((_, i) => field(body, setBody, i, t('template.variable', { n: i + 1 })))}
      <div className="row between">
        <span className="t12 i2">
          {template.category}, {template.language}
        </span>
        <Button type="submit" disabled={!isFilled(template, header, body)}>
          {t('template.use')}
        </Button>
      </div>
    </form>
  );
}

function Filled({ text, values }: { text: string; values: string[] }) {
  const { t } = useTranslation();
  return partsOf(text).map((part, i) =>
    'text' in part ? (
      <span key={i} className="said">
        {part.text}
      </span>
    ) : values[part.slot]?.trim() ? (
      <b key={i}>{values[part.slot]}</b>
    ) : (
      <Tag key={i} tone="warn">
        {t('template.missing', { n: part.slot + 1 })}
      </Tag>
    ),
  );
}
