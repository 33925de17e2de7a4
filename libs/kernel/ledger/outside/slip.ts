import { ledgerEntry } from '@kernel/format';
import { MalformedNote } from '../note/signed-note';
import { LedgerDamaged, type Ledger } from '../reading/ledger';

/** What a household holds in its hand after a decision: an event, and a checkpoint that holds it. */
export interface Slip {
  readonly origin: string;
  readonly sid: string;
  readonly revision: number;
  readonly h: string;
  readonly size: number;
  readonly root: string;
}

const FORM = /^JD1 ([^\s+]+) ([\w-]{43}) (0|[1-9]\d{0,9}) ([\w-]{43}) ([1-9]\d{0,15}) ([\w-]{43})$/;

const short = (hex: string): string => Buffer.from(hex, 'hex').toString('base64url');
const long = (short: string): string => Buffer.from(short, 'base64url').toString('hex');

/** The text in the QR code: `JD1 <origin> <sid> <revision> <h> <size> <root>`, hashes in base64url. */
export const slipText = ({ origin, sid, revision, h, size, root }: Slip): string =>
  `JD1 ${origin} ${short(sid)} ${String(revision)} ${short(h)} ${String(size)} ${short(root)}`;

/** @throws MalformedNote */
export const readSlip = (text: string): Slip => {
  const [, origin = '', sid = '', revision, h = '', size, root = ''] = FORM.exec(text.trim()) ?? [];
  if (origin === '') throw new MalformedNote('不是建档凭条 no slip: JD1 <origin> <sid> <revision> <h> <size> <root>');
  return { origin, sid: long(sid), revision: Number(revision), h: long(h), size: Number(size), root: long(root) };
};

export type SlipFinding = 'sound' | 'other-log' | 'rolled-back' | 'forked' | 'missing' | 'altered';

/**
 * What a ledger says of a slip: that it holds the event, or what became of it. @throws LedgerDamaged, MalformedNote,
 * EntryOutOfOrder
 */
export const checkSlip = async (slip: Slip, ledger: Ledger): Promise<SlipFinding> => {
  const newest = await ledger.newest();
  if (!newest) throw new LedgerDamaged('checkpoint', 'there is none');
  if (newest.origin !== slip.origin) return 'other-log';
  if (newest.size < slip.size) return 'rolled-back';
  if ((await ledger.rootAt(slip.size)).toString('hex') !== slip.root) return 'forked';
  const index = await ledger.placeOf(slip.sid, slip.revision);
  if (index === undefined || index >= slip.size) return 'missing';
  const entry = await ledger.entry(index);
  return entry.equals(ledgerEntry(slip.sid, slip.revision, slip.h)) ? 'sound' : 'altered';
};
