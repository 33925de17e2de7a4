import { HASH } from '../merkle/packed';
import type { LedgerSource } from '../reading/ledger';
import { ENTRY } from './joint';

const STATE = 'sealed.json';
const ATTEMPTS = 50;

/** A ledger as it was at one moment, though its sealer goes on: what is published later is not looked at. */
export interface LedgerSnapshot {
  readonly files: LedgerSource;
  readonly state: LedgerSource;
}

type Listing = ReadonlyMap<string, readonly string[]>;

const isFolder = (name: string): boolean => /^x\d{3}$|\.p$/.test(name);

/** Names of every folder of the ledger. */
const listAll = async (files: LedgerSource): Promise<Listing> => {
  const found = new Map<string, readonly string[]>();
  const walk = async (folder: string): Promise<void> => {
    const names = await files.list(folder);
    found.set(folder, names);
    const below = folder === 'tile' ? names : names.filter(isFolder);
    await Promise.all(below.map((name) => walk(`${folder}/${name}`)));
  };
  await Promise.all(['tile', 'checkpoints', 'events'].map(walk));
  return found;
};

const equal = (one: Buffer | undefined, other: Buffer | undefined): boolean =>
  one === undefined || other === undefined ? one === other : one.equals(other);

/** A partial tile that has grown full meanwhile is the beginning of the full one. */
const grown = async (files: LedgerSource, path: string): Promise<Buffer | undefined> => {
  const [, full = '', width = ''] = /^(.*)\.p\/(\d+)$/.exec(path) ?? [];
  const bytes = full === '' ? undefined : await files.read(full);
  const record = path.startsWith('tile/entries/') ? 2 + ENTRY : HASH;
  return bytes?.subarray(0, Number(width) * record);
};

/** Takes the ledger between two publications: what lies beside the key is the same before and after it was listed. */
export const snapshotOf = async (files: LedgerSource, state: LedgerSource): Promise<LedgerSnapshot> => {
  for (let attempt = 1; ; attempt++) {
    const sealed = await state.read(STATE);
    const checkpoint = await files.read('checkpoint');
    const listing = await listAll(files);
    const settled = equal(sealed, await state.read(STATE)) && equal(checkpoint, await files.read('checkpoint'));
    if (!settled && attempt < ATTEMPTS) continue;
    const read = async (path: string): Promise<Buffer | undefined> =>
      (await files.read(path)) ?? (wasThere(listing, path) ? grown(files, path) : undefined);
    return {
      files: {
        list: (folder) => Promise.resolve(listing.get(folder) ?? []),
        read: (path) => (path === 'checkpoint' ? Promise.resolve(checkpoint) : read(path)),
      },
      state: {
        list: (folder) => state.list(folder),
        read: (path) => (path === STATE ? Promise.resolve(sealed) : state.read(path)),
      },
    };
  }
};

const wasThere = (listing: Listing, path: string): boolean => {
  const cut = path.lastIndexOf('/');
  return listing.get(path.slice(0, cut))?.includes(path.slice(cut + 1)) ?? false;
};
