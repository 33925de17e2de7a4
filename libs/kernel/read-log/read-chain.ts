import { hash } from 'node:crypto';
import { canonical } from '@kernel/format';
import { EMPTY_ROOT, hashLeaf, hashNode } from '@kernel/ledger';
import { BadQuery } from '@kernel/read-models';
import { addDays, localDate } from '@kernel/sourcing';
import type { ReadRecord } from './read-log';

/** `prev` of the first record of a segment. */
export const FIRST_PREV = '0'.repeat(64);

/** The text of a record that is stored, chained and proven: its canonical JSON. */
export const readText = (read: ReadRecord): string => canonical(read);

export const readOf = (text: string): ReadRecord => JSON.parse(text) as ReadRecord;

/** Hash of a record behind another in its segment. */
export const chainedHash = (prev: string, text: string): string =>
  hash('sha256', `jiandang/1/read\n${prev}\n${text}`, 'hex');

/** The segment that a record belongs to: the day it was made, or where that is closed, the first one open. */
export const segmentOf = (at: string, closedThrough: string): string => {
  const day = localDate(at);
  return day > closedThrough ? day : addDays(closedThrough, 1);
};

export const readId = (day: string, index: number): string => `${day}/${String(index)}`;

/** Where a list goes on: the part of it (glass first), and the last record shown. */
export interface ReadCursor {
  readonly part: 'glass' | 'other';
  readonly day: string;
  readonly index: number;
}

export const cursorText = ({ part, day, index }: ReadCursor): string => `${part}/${readId(day, index)}`;

/** @throws BadQuery */
export const readCursorOf = (text: string): ReadCursor => {
  const [, part, day = '', index] = /^(glass|other)\/(\d{4}-\d{2}-\d{2})\/(\d{1,12})$/.exec(text) ?? [];
  if (part === undefined) throw new BadQuery(`no cursor of a list of reads: ${text}`);
  return { part: part as ReadCursor['part'], day, index: Number(index) };
};

/** RFC 6962 root over leaves that come one by one, in memory of their logarithm. */
export class RunningRoot {
  /** Roots of complete subtrees from large to small, with the number of their leaves. */
  readonly #peaks: { readonly root: Buffer; readonly leaves: number }[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(entry: string): void {
    this.#size += 1;
    let peak = { root: hashLeaf(Buffer.from(entry)), leaves: 1 };
    for (let left = this.#peaks.at(-1); left?.leaves === peak.leaves; left = this.#peaks.at(-1)) {
      this.#peaks.pop();
      peak = { root: hashNode(left.root, peak.root), leaves: peak.leaves * 2 };
    }
    this.#peaks.push(peak);
  }

  /** 64 hex digits. */
  root(): string {
    const [last, ...before] = this.#peaks.map(({ root }) => root).reverse();
    return before.reduce((right, left) => hashNode(left, right), last ?? EMPTY_ROOT).toString('hex');
  }
}
