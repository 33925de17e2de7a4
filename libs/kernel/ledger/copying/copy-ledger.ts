import type { LedgerFile, LedgerFiles } from '../ledger-files';
import { STATE } from '../sealing/sealing';
import { snapshotOf } from '../verify/ledger-snapshot';

interface Kept {
  readonly files: LedgerFiles;
  /** Where `sealed.json` lies. */
  readonly state: LedgerFiles;
}

const FOLDERS = ['tile', 'checkpoints', 'events'];
/** What lies beside those folders. */
const ALONE = ['checkpoint', 'witnessed'];

/** Copies a ledger as it was at one moment, though its sealer goes on. */
export const copyLedger = async (from: Kept, to: Kept): Promise<void> => {
  const { files, state } = await snapshotOf(from.files, from.state);
  const filesAt = async (path: string): Promise<readonly LedgerFile[]> => {
    const bytes = await files.read(path);
    if (bytes) return [{ path, bytes }];
    const below = await Promise.all((await files.list(path)).map((name) => filesAt(`${path}/${name}`)));
    return below.flat();
  };
  for (const path of [...FOLDERS, ...ALONE]) await to.files.writeAll(await filesAt(path));
  const sealed = await state.read(STATE);
  if (sealed) await to.state.write(STATE, sealed);
};
