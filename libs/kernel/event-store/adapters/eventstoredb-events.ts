import { StoreUnavailable } from '@kernel/engines';
import type {
  AllStreamResolvedEvent,
  JSONEventData,
  Position as EnginePosition,
  RecordedEvent,
} from '@eventstore/db-client';
import {
  canonical,
  checkNames,
  FormatError,
  MAX_APPEND_BYTES,
  MAX_APPEND_EVENTS,
  MAX_EVENT_BYTES,
  type Box,
  type Meta,
  type ValueObject,
} from '@kernel/format';
import { type NewEvent, type Position, type StoredEvent } from '../event-store';

const DIGITS = 20;
const NOWHERE = 2n ** 64n - 1n;

/** Both halves as text, padded: texts stand in the order of the log. */
export const positionText = ({ commit, prepare }: EnginePosition): Position =>
  `${String(commit).padStart(DIGITS, '0')}/${String(prepare).padStart(DIGITS, '0')}`;

/** Where the server says that it has no place: before its first event, or where it tells none. */
export const isNowhere = ({ commit }: EnginePosition): boolean => commit === NOWHERE;

const POSITION = /^(\d{20})\/(\d{20})$/;

/** @throws StoreUnavailable for a position of another engine */
export const enginePosition = (position: Position): EnginePosition => {
  const [, commit, prepare] = POSITION.exec(position) ?? [];
  if (commit === undefined || prepare === undefined)
    throw new StoreUnavailable(
      'io',
      `"${position}" is no position of an EventStoreDB: this checkpoint belongs to another engine; rebuild ` +
        'what it stands in',
    );
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
};

/** -1, 0, 1 as `a` lies before, at, after `b`. @throws StoreUnavailable for positions of another engine */
export const comparePositions = (a: Position, b: Position): number => {
  for (const one of [a, b]) enginePosition(one);
  return a < b ? -1 : a > b ? 1 : 0;
};

/** `J({boxes, data, seals, sigs?})`, assembled around the hashed text `J({data, seals})`. */
export const storedText = ({ body, boxes, sigs }: NewEvent): string =>
  `{"boxes":${boxes.length === 0 ? '[]' : canonical(boxes)},` +
  `${body.slice(1, -1)}${sigs === undefined ? '' : `,"sigs":${canonical(sigs)}`}}`;

export interface Outgoing {
  readonly message: JSONEventData;
  readonly bytes: number;
}

const outgoing = (stream: string, revision: number, event: NewEvent): Outgoing => {
  if (event.stream !== stream) throw new FormatError('stream-differs', '/stream');
  if (event.revision !== revision) throw new FormatError('revision-differs', '/revision');
  checkNames(event);
  const text = storedText(event);
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_EVENT_BYTES) throw new FormatError('event-too-large', '', MAX_EVENT_BYTES);
  const { id, type, meta } = event;
  const data = JSON.parse(text) as ValueObject;
  return { message: { id, type, contentType: 'application/json', data: { ...data }, metadata: { ...meta } }, bytes };
};

/**
 * What is sent for an append; refused here is what the server would refuse, or what would wedge the driver. @throws
 * FormatError
 */
export const outgoingOf = (stream: string, expected: number, events: readonly NewEvent[]): readonly JSONEventData[] => {
  if (events.length === 0) throw new FormatError('no-events', '');
  if (events.length > MAX_APPEND_EVENTS) throw new FormatError('too-many-events', '', MAX_APPEND_EVENTS);
  const all = events.map((event, index) => outgoing(stream, expected + 1 + index, event));
  if (all.reduce((total, { bytes }) => total + bytes, 0) > MAX_APPEND_BYTES)
    throw new FormatError('append-too-large', '', MAX_APPEND_BYTES);
  return all.map(({ message }) => message);
};

interface Payload {
  readonly data?: unknown;
  readonly seals?: unknown;
  readonly boxes?: readonly Box[];
  readonly sigs?: readonly ValueObject[];
}

/**
 * The hashed text of what the driver parsed; a value that is none of the format keeps its text, so that verification
 * names it.
 */
const bodyOf = ({ data, seals }: Payload): string => {
  try {
    return canonical({ data, seals });
  } catch {
    return JSON.stringify({ data, seals });
  }
};

const payloadOf = (data: unknown): Payload => (typeof data === 'object' && data !== null ? data : { data });
const metaOf = (metadata: unknown): Meta =>
  typeof metadata === 'object' && metadata !== null && !(metadata instanceof Uint8Array) ? (metadata as Meta) : {};

/** The server's own events begin with `$`, or lie in streams that do. */
export const isSystem = ({ type, stream }: { readonly type: string; readonly stream: string }): boolean =>
  type.startsWith('$') || stream.startsWith('$');

export const storedEvent = (event: RecordedEvent & { readonly position?: EnginePosition }): StoredEvent => {
  const { position, streamId, revision, id, type } = event;
  if (position === undefined || isNowhere(position))
    throw new StoreUnavailable(
      'io',
      'this EventStoreDB tells no positions when a stream is read: 23.10 or newer is needed',
    );
  const payload = payloadOf(event.data);
  const { boxes = [], sigs } = payload;
  return {
    position: positionText(position),
    stream: streamId,
    revision: Number(revision),
    id,
    type,
    meta: metaOf(event.metadata),
    body: bodyOf(payload),
    boxes,
    ...(sigs !== undefined && { sigs }),
  };
};

/** The event of a reading of everything; `undefined` for the server's own. */
export const eventFrom = ({ event }: AllStreamResolvedEvent): StoredEvent | undefined =>
  event === undefined || isSystem({ type: event.type, stream: event.streamId }) ? undefined : storedEvent(event);

/** Bytes that remain behind the counted events, as a share of the bytes of those. */
export const share = (after: Position | undefined, last: Position, head: Position): number => {
  const [from, to, end] = [
    after === undefined ? 0n : enginePosition(after).commit,
    enginePosition(last).commit,
    enginePosition(head).commit,
  ];
  return to > from ? Number(end - to) / Number(to - from) : 0;
};
