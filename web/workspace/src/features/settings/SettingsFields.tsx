import { Button, NumberInput, PasswordInput, Select, Switch, TagsInput, TextInput } from '@mantine/core';
import { IconChevronRight, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChannelDescriptor, SettingSchema } from '~/api/types';

export type Values = Record<string, unknown>;
type Props = {
  schema: ChannelDescriptor['settingsSchema'];
  values: Values;
  onChange: (values: Values) => void;
  errors: Record<string, string>;
  secretsSet?: string[];
};

const generated = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  return btoa(String.fromCharCode(...bytes))
    .replace(/\+/g, '-')
    .replace(/\//g, '_');
};

/** A form made from what the channel says about its settings: no channel is known here by name. */
export function SettingsFields({ schema, values, onChange, errors, secretsSet = [] }: Props) {
  const { t } = useTranslation();
  const all = Object.entries(schema.properties);
  const advanced = all.filter(([, setting]) => setting['x-advanced']);
  const wrongAdvanced = advanced.some(([name]) => errors[`settings.${name}`]);
  const [open, setOpen] = useState(false);
  const field = ([name, setting]: [string, SettingSchema]) => (
    <Field
      key={name}
      name={name}
      setting={setting}
      value={values[name] ?? setting.default}
      required={schema.required.includes(name)}
      isSet={secretsSet.includes(name)}
      error={errors[`settings.${name}`] ?? errors[name]}
      onChange={(value) => onChange({ ...values, [name]: value })}
    />
  );
  const shown = open || wrongAdvanced;
  return (
    <>
      {all.filter(([, setting]) => !setting['x-advanced']).map(field)}
      {advanced.length > 0 && (
        <div>
          <button type="button" className="fold" aria-expanded={shown} onClick={() => setOpen(!open)}>
            <IconChevronRight size={14} aria-hidden className={`flips turns ${shown ? 'open' : ''}`} />
            {t('connect.advanced')}
          </button>
        </div>
      )}
      {shown && advanced.map(field)}
    </>
  );
}

type FieldProps = {
  name: string;
  setting: SettingSchema;
  value: unknown;
  required: boolean;
  isSet: boolean;
  error: string | undefined;
  onChange: (value: unknown) => void;
};
function Field({ name, setting, value, required, isSet, error, onChange }: FieldProps) {
  const { t } = useTranslation();
  const common = {
    label: setting.title,
    description: setting.description,
    error,
    ...(setting['x-placeholder'] ? { placeholder: setting['x-placeholder'] } : {}),
    required: required && !isSet,
    withAsterisk: false,
    name,
  };
  const text = typeof value === 'string' ? value : '';
  const typed = (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value);
  if (setting.type === 'boolean')
    return (
      <Switch
        label={setting.title}
        description={setting.description}
        error={error}
        checked={value === true}
        onChange={(event) => onChange(event.currentTarget.checked)}
      />
    );
  if (setting.type === 'integer') {
    const bounds = {
      ...(setting.minimum === undefined ? {} : { min: setting.minimum }),
      ...(setting.maximum === undefined ? {} : { max: setting.maximum }),
    };
    return (
      <NumberInput
        {...common}
        {...bounds}
        allowDecimal={false}
        hideControls
        maw={200}
        value={typeof value === 'number' ? value : ''}
        onChange={(next) => onChange(next === '' ? undefined : Number(next))}
      />
    );
  }
  if (setting.type === 'array') return <TagsInput {...common} value={Array.isArray(value) ? value.map(String) : []} onChange={onChange} />;
  if (setting.enum)
    return (
      <Select
        {...common}
        clearable={!required && setting.default === undefined}
        data={setting.enum}
        value={text || null}
        onChange={(next) => onChange(next ?? undefined)}
        maw={360}
      />
    );
  const input = setting.writeOnly ? (
    <PasswordInput
      {...common}
      {...(isSet ? { placeholder: t('connect.secretKept') } : {})}
      autoComplete="off"
      dir="ltr"
      value={text}
      onChange={typed}
      className="grow"
    />
  ) : (
    <TextInput
      {...common}
      type={setting.format === 'email' ? 'email' : setting.format === 'uri' ? 'url' : 'text'}
      {...(setting.pattern ? { pattern: setting.pattern } : {})}
      dir="auto"
      autoComplete="off"
      value={text}
      onChange={typed}
      className="grow"
    />
  );
  if (!setting['x-generate']) return input;
  return (
    <div className="row generate">
      {input}
      <Button variant="default" leftSection={<IconRefresh size={15} />} onClick={() => onChange(generated())}>
        {t('connect.generate')}
      </Button>
    </div>
  );
}

/** Empty fields are left out: the server keeps a secret it is not told. */
export const filledOnly = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== ''));
