import { bodyHash, checkMeta, checkNames, FormatError, headHash, ZERO_HASH, type Seal } from '@kernel/format';
import type { EventStore, StoredEvent } from '@kernel/event-store';

/** One place where the log is not what it claims to be. */
export interface Damage {
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly kind: DamageKind;
  readonly detail?: string;
}

export type DamageKind =
  | 'hash' | 'chain' | 'revision' | 'position' | 'form' | 'boxes' | 'opening' | 'key' | 'log' | 'time' | 'view' | 'link' | 'paper'; // prettier-ignore

export interface Verification {
  readonly sound: boolean;
  readonly events: number;
  readonly streams: number;
  readonly damages: readonly Damage[];
}

interface Tip {
  readonly revision: number;
  readonly h: string;
  readonly recordedAt: string;
}

/** Examines the boxes of a page of events; without keys there is none. */
export type OpensBoxes = (page: readonly StoredEvent[]) => Promise<readonly Damage[]>;

export interface VerifyOptions {
  readonly boxes?: OpensBoxes;
  readonly progress?: (events: number) => void;
  /** UUID of the log, where its first event is not at hand (a part of a log is verified). */
  readonly log?: string;
}

/**
 * Recomputes every body, head and chain of a log from its stored bytes: nothing of the running system is believed.
 * With `boxes`, every sealed part is opened and its commitment recomputed as well.
 */
export const verifyLog = async (store: EventStore, options: VerifyOptions = {}): Promise<Verification> => {
  const tips = new Map<string, Tip>();
  const damages: Damage[] = [];
  let log = options.log;
  let events = 0;
  let position = 0;
  for await (const page of store.readAll({ pageSize: 2000 })) {
    for (const event of page) {
      log ??= logOf(event, damages);
      position = checkPosition(event, position, damages);
      checkEvent(log, event, tips, damages);
    }
    if (options.boxes) damages.push(...(await options.boxes(page)));
    events += page.length;
    options.progress?.(events);
  }
  return { sound: damages.length === 0, events, streams: tips.size, damages };
};

const damage = ({ stream, revision, id }: StoredEvent, kind: DamageKind, detail: string): Damage => ({
  stream,
  revision,
  id,
  kind,
  detail,
});

const logOf = (first: StoredEvent, damages: Damage[]): string => {
  if (first.type !== 'LogOpened' || first.revision !== 0)
    damages.push(damage(first, 'log', 'the first event is not LogOpened'));
  return first.stream.slice(first.stream.indexOf('-') + 1);
};

/** Positions of the embedded store are gapless integers: a hole is a deleted row. Other engines' are opaque. */
const checkPosition = (event: StoredEvent, before: number, damages: Damage[]): number => {
  if (!/^\d+$/.test(event.position)) return before;
  const position = Number(event.position);
  if (position !== before + 1)
    damages.push(damage(event, 'position', `position ${String(position)} follows ${String(before)}`));
  return position;
};

const checkEvent = (log: string, event: StoredEvent, tips: Map<string, Tip>, damages: Damage[]): void => {
  const tip = tips.get(event.stream) ?? { revision: -1, h: ZERO_HASH, recordedAt: '' };
  const { h = '', prev = '', recordedAt = '' } = event.meta;
  const form = formOf(event);
  if (form) damages.push(damage(event, 'form', form));
  if (event.revision !== tip.revision + 1) {
    damages.push(damage(event, 'revision', `revision ${String(event.revision)} follows ${String(tip.revision)}`));
  }
  if (prev !== tip.h) damages.push(damage(event, 'chain', 'prev is not the hash of the revision before'));
  if (recordedAt < tip.recordedAt) damages.push(damage(event, 'time', 'recorded before the revision before'));
  if (hashOf(log, event) !== h) damages.push(damage(event, 'hash', 'body or head does not hash to h'));
  tips.set(event.stream, { revision: event.revision, h, recordedAt });
};

const hashOf = (log: string, { stream, revision, id, type, meta, body }: StoredEvent): string | undefined => {
  try {
    return headHash({ log, stream, revision, id, type, meta, body: bodyHash(body) });
  } catch {
    return undefined;
  }
};

const formOf = (event: StoredEvent): string | undefined => {
  try {
    checkNames(event);
    checkMeta(event.meta);
    const seals = sealsOf(event);
    return seals.length === event.boxes.length ? undefined : 'seals and boxes differ in number';
  } catch (error) {
    return error instanceof FormatError || error instanceof SyntaxError ? error.message : String(error);
  }
};

/** The seals of a stored event. */
export const sealsOf = ({ body, boxes }: StoredEvent): readonly Seal[] =>
  boxes.length === 0 && body.endsWith(',"seals":[]}') ? [] : (JSON.parse(body) as { seals: readonly Seal[] }).seals;
