import { basename } from 'node:path';
import type Sqlite from 'better-sqlite3';
import { StoreUnavailable } from '../unavailable';

/** @throws StoreUnavailable in words, when a newer version of this system wrote what is to be opened */
export const mustBeKnown = (name: string, found: number, known: number): void => {
  if (found > known)
    throw new StoreUnavailable(
      'io',
      `${name} 由更新版本的程序写入(布局 ${String(found)},本程序只认识到 ${String(known)}):请用新版本启动,或恢复升级前的备份\n` +
        `${name} was written by a newer version of this system (layout ${String(found)}, this one knows ` +
        `${String(known)}): ` +
        'start the newer version, or restore the backup that was made before the upgrade',
    );
};

/** Layout of an open SQLite file: 0 when it has none yet. @throws StoreUnavailable for a newer one */
export const layoutOf = (db: Sqlite.Database, known: number): number => {
  const found = db.pragma('user_version', { simple: true }) as number;
  mustBeKnown(basename(db.name), found, known);
  return found;
};

/** Marks a file with the layout that this program writes. @throws StoreUnavailable for a newer one */
export const stamp = (db: Sqlite.Database, layout: number): void => {
  if (layoutOf(db, layout) < layout) db.pragma(`user_version = ${String(layout)}`);
};
