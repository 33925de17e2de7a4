import type { LedgerFiles } from '../ledger-files';
import { readCheckpoint } from '../note/checkpoint';
import { readNote } from '../note/signed-note';
import { Ledger, type LedgerSource, type SignedCheckpoint } from '../reading/ledger';
import { dataOf, type LedgerEvent } from '../reading/ledger-events';
import { MirrorAlarm } from './mirror-alarm';

export interface Own {
  readonly event: LedgerEvent;
  readonly index: number;
}

export const read = (path: string, bytes: Buffer | undefined): SignedCheckpoint => {
  if (!bytes) throw new MirrorAlarm('signature', `${path} is missing`);
  const note = bytes.toString();
  return orAlarm('signature', path, () => ({ note, ...readCheckpoint(readNote(note).text) }));
};

export const mustContinue = (
  { size, root, origin, note }: SignedCheckpoint,
  had: SignedCheckpoint | undefined,
): void => {
  if (!had) return;
  if (origin !== had.origin) throw new MirrorAlarm('fork', `this mirror follows ${had.origin}, not ${origin}`, note);
  if (size < had.size)
    throw new MirrorAlarm('rollback', `the ledger had ${String(had.size)} entries and has ${String(size)}`, note);
  if (size === had.size && !root.equals(had.root))
    throw new MirrorAlarm('fork', `two roots were signed for ${String(size)} entries`, note);
};

export const mustGive = ({ size, root, note }: SignedCheckpoint, computed: Buffer): void => {
  if (!computed.equals(root))
    throw new MirrorAlarm('fork', `the entries do not give the root signed at ${String(size)}`, note);
};

/** Recomputes what `HeadsSealed` sealed. */
export const checkHeads = async (ledger: Ledger, events: readonly Own[]): Promise<number> => {
  const sealed = events.filter(({ event }) => event.type === 'HeadsSealed');
  for (const { event, index } of sealed) {
    const { entries, root, streams } = dataOf(event);
    const heads = typeof entries === 'number' && entries <= index ? await ledger.heads(entries) : undefined;
    if (heads?.root.toString('hex') !== root || heads?.streams !== streams)
      throw new MirrorAlarm(
        'heads',
        `entry ${String(index)} seals heads that are not those of the first ${String(entries)} entries`,
      );
  }
  return sealed.length;
};

export const overlaid = (files: LedgerFiles, checkpoint: string): LedgerSource => ({
  read: (path) => (path === 'checkpoint' ? Promise.resolve(Buffer.from(checkpoint)) : files.read(path)),
  list: (folder) => files.list(folder),
});

export const orAlarm = <T>(kind: MirrorAlarm['kind'], path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw new MirrorAlarm(kind, `${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
};
