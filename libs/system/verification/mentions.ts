import { join } from 'node:path';
import type { Mention } from '@kernel/ledger';
import { storedIds } from '@kernel/ledger/adapters/stored-ids';
import type { Settings } from '../settings';

const VIEW = /^([\w-]+)@\d+$/;

/** Records that views and keys still know, whatever the log holds. */
export const mentionsIn = ({ data, keys }: Settings): readonly Mention[] => [
  ...storedIds(join(data, 'views.db'), (table) => {
    const [, view] = VIEW.exec(table) ?? [];
    return view === undefined ? [] : [{ table, column: 'id', where: `the view ${view}` }];
  }),
  ...storedIds(join(keys, 'keys.db'), (table) =>
    table === 'keys' ? [{ table, column: 'subject', where: 'keys of its own' }] : [],
  ),
];
