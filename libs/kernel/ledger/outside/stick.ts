import type { LedgerFiles } from '../ledger-files';
import { MalformedNote, readNote, writeNote } from '../note/signed-note';
import type { Ledger } from '../reading/ledger';
import { readTile } from '../reading/tile-reading';
import { hashesOnLevel, tilePath, TILE_WIDTH, tileWidth } from '../tiles';
import type { Witness } from './witness';
import type { OutsideCopy, Witnessing } from './witnessing';

const COSIGNED = 'cosigned';

/**
 * Puts the newest checkpoint and the hashes (no entries) on a stick, for a witness without network. Answers its size.
 */
export const exportTo = async (stick: LedgerFiles, ledger: Ledger): Promise<number> => {
  const newest = await ledger.newest();
  if (!newest) throw new MalformedNote('nothing is sealed yet');
  const { size, note } = newest;
  for (let level = 0; hashesOnLevel(level, size) > 0; level++) {
    for (let index = 0; tileWidth(level, index, size) > 0; index++) {
      const width = tileWidth(level, index, size);
      const path = tilePath(level, index, width);
      if (width === TILE_WIDTH && (await stick.read(path))) continue;
      const tile = await readTile(ledger.files, level, index, width);
      if (!tile) throw new MalformedNote(`${path} is missing: run cli verify`);
      await stick.write(path, tile);
    }
  }
  await stick.write('checkpoint', note);
  return size;
};

/** On the witness's side: cosigns what the stick holds if it continues what the witness knows. */
export const cosignStick = async (stick: LedgerFiles, ledger: Ledger, witness: Witness): Promise<number> => {
  const newest = await ledger.newest();
  if (!newest) throw new MalformedNote('no ledger was exported to this folder');
  const { status, body } = await witness.cosignFrom(ledger, newest);
  if (status !== 200) throw new WitnessRefused(status, body.trim());
  const before = await stick.readText(COSIGNED);
  const { text, signatures } = readNote(
    before !== undefined && readNote(before).text === readNote(newest.note).text ? before : newest.note,
  );
  await stick.write(COSIGNED, `${writeNote({ text, signatures })}${body}`);
  return newest.size;
};

/** Back in the office: the cosignatures join the checkpoint. */
export const importFrom = async (stick: LedgerFiles, witnessing: Witnessing): Promise<OutsideCopy> => {
  const cosigned = await stick.readText(COSIGNED);
  if (cosigned === undefined) throw new MalformedNote('no witness has cosigned on this stick');
  return witnessing.merge(cosigned);
};

/** A witness has reason not to cosign. */
export class WitnessRefused extends Error {
  override readonly name = 'WitnessRefused';
  constructor(
    readonly status: number,
    detail: string,
  ) {
    super(
      status === 409 || status === 422
        ? `证人拒绝:该检查点不是其所持检查点的延续 THE WITNESS REFUSES: this checkpoint does not continue the one it holds (${detail})`
        : `证人拒绝 the witness refuses: ${detail}`,
    );
  }
}
