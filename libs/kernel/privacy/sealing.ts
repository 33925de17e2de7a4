import {
  bodyHash,
  bodyText,
  canonical,
  checkMeta,
  checkNames,
  checkSeals,
  eventBytes,
  FormatError,
  headHash,
  MAX_APPEND_BYTES,
  MAX_APPEND_EVENTS,
  MAX_EVENT_BYTES,
  measurePart,
  sealPart,
  type Box,
  type BoxKey,
  type Meta,
  type Part,
  type Seal,
} from '@kernel/format';
import type { NewEvent } from '@kernel/event-store';
import type { EventType } from '@kernel/sourcing';
import type { FreshParts } from './fresh-parts';
import type { KeyStore } from './key-store';

/** A whole fact on its way into the log. */
export interface Draft {
  /** UUIDv7 */
  readonly id: string;
  readonly type: EventType;
  readonly data: object;
  /** Without `env`, `schema`, `prev` and `h`, which sealing adds. */
  readonly meta: Meta;
}

export interface SealingContext {
  /** UUID of the log. */
  readonly log: string;
  readonly keys: KeyStore;
  /** Parts that this process sealed a moment ago. */
  readonly fresh?: FreshParts;
}

/** The last event of the stream that is appended to; revision -1 and 64 zeros when there is none. */
export interface Tip {
  readonly revision: number;
  readonly h: string;
}

interface SplitDraft {
  readonly draft: Draft;
  readonly data: ReturnType<EventType['split']>['data'];
  readonly parts: readonly Part[];
}

/**
 * Turns whole facts into sealed, chained events. Whatever breaks the format or the event's class is refused before
 * anything is written; new keys are durable when this resolves.
 * @throws FormatError with the JSON path of the offending place
 */
export const sealEvents = async (
  { log, keys, fresh }: SealingContext,
  stream: string,
  tip: Tip,
  drafts: readonly Draft[],
): Promise<readonly NewEvent[]> => {
  const split = splitDrafts(stream, drafts);
  const keyOf = await keysFor(keys, split);
  const sealed = chained(log, { stream, ...tip }, split, (part, id) => sealPart(log, id, part, keyOf(part)));
  sealed.forEach((event, index) => {
    const { data, parts } = split[index]!;
    fresh?.keep(event.id, { h: event.meta['h'] ?? '', data, parts });
  });
  return sealed;
};

/**
 * Refuses whatever `sealEvents` would refuse, sizes to the byte, and neither asks for a key nor makes one.
 * @throws FormatError
 */
export const mustBeSealable = (log: string, stream: string, tip: Tip, drafts: readonly Draft[]): void => {
  chained(log, { stream, ...tip }, splitDrafts(stream, drafts), measurePart);
};

const splitDrafts = (stream: string, drafts: readonly Draft[]): readonly SplitDraft[] => {
  if (drafts.length > MAX_APPEND_EVENTS) throw new FormatError('too-many-events', '', MAX_APPEND_EVENTS);
  const owner = stream.slice(stream.indexOf('-') + 1);
  return drafts.map((draft) => splitDraft(draft, owner));
};

type Seals = (part: Part, eventId: string) => { readonly seal: Seal; readonly box: Box };

const chained = (
  log: string,
  { stream, ...tip }: Tip & { readonly stream: string },
  split: readonly SplitDraft[],
  seals: Seals,
): readonly NewEvent[] => {
  const sealed: NewEvent[] = [];
  let { revision, h: prev } = tip;
  for (const one of split) {
    revision += 1;
    const event = sealOne(log, { stream, revision, prev }, one, seals);
    sealed.push(event);
    prev = event.meta['h'] ?? '';
  }
  const bytes = sealed.reduce((total, event) => total + eventBytes(event), 0);
  if (bytes > MAX_APPEND_BYTES) throw new FormatError('append-too-large', '', MAX_APPEND_BYTES);
  return sealed;
};

const splitDraft = (draft: Draft, owner: string): SplitDraft => {
  const refused = draft.type.refuse(draft.data);
  if (refused !== undefined) throw new FormatError(`not-a-${draft.type.type}: ${refused}`, '/data');
  const { data, parts } = draft.type.split(draft.data, owner);
  for (const { at = '', part } of parts) checkPart(part, at);
  return { draft, data, parts };
};

/** Refuses a value that the format does not know before a key is made for it, with its place in the whole fact. */
const checkPart = (part: Part['part'], at: string): void => {
  try {
    canonical(part);
  } catch (error) {
    if (error instanceof FormatError) throw new FormatError(error.rule, `/data${at}${error.path}`, error.limit);
    throw error;
  }
};

/** The keys of all parts, asked for at once. */
const keysFor = async (keys: KeyStore, split: readonly SplitDraft[]): Promise<(part: Part) => BoxKey> => {
  const parts = split.flatMap((one) => one.parts);
  const found = await keys.currentOrNew(parts);
  const keyOf = new Map(parts.map((part, index) => [part, found[index]!]));
  return (part) => keyOf.get(part)!;
};

const sealOne = (
  log: string,
  { stream, revision, prev }: { stream: string; revision: number; prev: string },
  { draft, data, parts }: SplitDraft,
  seal: Seals,
): NewEvent => {
  const sealed = parts.map((part) => seal(part, draft.id));
  const seals = sealed.map((one) => one.seal);
  const boxes = sealed.map(({ box }) => box);
  checkSeals(seals);
  const id = draft.id;
  const type = draft.type.type;
  const body = bodyText(data, seals);
  const meta = { ...draft.meta, env: '1', schema: String(draft.type.schema), prev };
  const h = headHash({ log, stream, revision, id, type, meta, body: bodyHash(body) });
  const event: NewEvent = { stream, revision, id, type, meta: { ...meta, h }, body, boxes };
  checkNames(event);
  checkMeta(event.meta);
  if (eventBytes(event) > MAX_EVENT_BYTES) throw new FormatError('event-too-large', '/data', MAX_EVENT_BYTES);
  return event;
};
