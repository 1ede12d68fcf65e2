import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { type ActionGroup, showKeys, useAllActions } from '~/lib/actions';
import { sheetOpen } from './uiState';

const groups: ActionGroup[] = ['conversation', 'list', 'go', 'app'];
export function ShortcutSheet() {
  const { t } = useTranslation();
  const open = sheetOpen.use();
  const actions = useAllActions();
  return (
    <Modal
      opened={open}
      onClose={() => sheetOpen.set(false)}
      title={<b>{t('keys.title')}</b>}
      size="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <div className="keysheet">
        {groups.map((group) => {
          const own = actions.filter((action) => action.group === group && action.keys);
          if (own.length === 0) return null;
          return (
            <section key={group}>
              <h3 className="eyebrow">{t(`keys.group.${group}`)}</h3>
              <dl>
                {own.map((action) => (
                  <div key={action.id} className="row">
                    <dt className="grow">{action.label}</dt>
                    <dd>
                      <Kbd>{showKeys(action.keys!)}</Kbd>
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          );
        })}
      </div>
      <p className="t12 i3 pad-t">{t('keys.single')}</p>
    </Modal>
  );
}
