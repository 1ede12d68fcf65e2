import { FileButton, Menu } from '@mantine/core';
import { IconPhoto, IconPhotoOff } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { uploadFile } from '~/api/files';
import type { Customer } from '~/api/types';
import { complainAbout } from '~/lib/problem';
import { useSaveCustomer } from './CustomerPanel';

/** Choosing a person's picture, and taking it off again. */
export function PictureItems({ customer }: { customer: Customer }) {
  const { t } = useTranslation();
  const save = useSaveCustomer(customer.id);
  const choose = async (file: File | null) => {
    if (!file) return;
    try {
      await save({ photo: (await uploadFile(file)).id });
    } catch (error) {
      complainAbout(error);
    }
  };
  return (
    <>
      <FileButton accept="image/png,image/jpeg,image/webp,image/gif" onChange={(file) => void choose(file)}>
        {(props) => (
          <Menu.Item {...props} closeMenuOnClick={false} leftSection={<IconPhoto size={16} />}>
            {t(customer.photoId ? 'customer.changePicture' : 'customer.addPicture')}
          </Menu.Item>
        )}
      </FileButton>
      {customer.photoId && (
        <Menu.Item leftSection={<IconPhotoOff size={16} />} onClick={() => void save({ photo: null }).catch(complainAbout)}>
          {t('customer.removePicture')}
        </Menu.Item>
      )}
    </>
  );
}
