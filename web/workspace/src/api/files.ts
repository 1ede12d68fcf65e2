import { call } from './http';
import type { StoredFile } from './types';

export const uploadFile = (file: File) => {
  const form = new FormData();
  form.append('file', file, file.name);
  return call<StoredFile>('/files', { method: 'POST', raw: form });
};
/** The server may name a file by its own address or by an id alone. */
export const fileUrl = (url: string, download?: boolean) => {
  const address = url.startsWith('/') || /^https?:/.test(url) ? url : `/api/v1/files/${url}`;
  return download ? `${address}${address.includes('?') ? '&' : '?'}download=1` : address;
};
