import { FolderLock } from '@kernel/engines/adapters/folder-lock';
import type { Settings } from '../settings';

/** Works on the folder of a system that stands still. @throws StoreUnavailable while one runs on it */
export const standing = async <T>({ data }: Settings, work: () => Promise<T>): Promise<T> => {
  const lock = new FolderLock(data);
  try {
    return await work();
  } finally {
    lock.release();
  }
};
