import type { StoredEvent } from '@kernel/event-store';
import { canonical, type Box, type Meta, type ValueObject } from '@kernel/format';
import { eventDamage, type Damage } from '../verify/damage';

export interface Row {
  readonly position: number;
  readonly stream: number;
  readonly name: string | null;
  readonly revision: number;
  readonly id: string;
  readonly type: string;
  readonly h: string;
  readonly body: string;
  readonly meta: string;
  readonly sigs: string | null;
  readonly boxes: string | null;
}

/** A stored row read as an event, and what is wrong with the row itself. */
export interface ReadRow {
  readonly event: StoredEvent;
  readonly stream: number;
  readonly faults: readonly Damage[];
}

export const LOG_FILE = 'log.db';

const parsed = (text: string | null): unknown => {
  try {
    return text === null ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
};

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

export const readRow = (row: Row): ReadRow => {
  const { position, stream, revision, id, type, body } = row;
  const [meta, boxes, sigs] = [parsed(row.meta), parsed(row.boxes), parsed(row.sigs)];
  const event: StoredEvent = {
    position: String(position),
    stream: row.name ?? `#${String(row.stream)}`,
    revision,
    id,
    type,
    body,
    meta: isObject(meta) && !Array.isArray(meta) ? (meta as Meta) : {},
    boxes: Array.isArray(boxes)
      ? boxes.map((box: unknown) => (isObject(box) ? (box as Box) : ({ none: box } as Box)))
      : [],
    ...(row.sigs !== null && { sigs: Array.isArray(sigs) ? (sigs as ValueObject[]) : [] }),
  };
  return { event, stream, faults: rowFaults(row, event) };
};

/** What is wrong with the row although the event that is read from it may be in order. */
const rowFaults = (row: Row, event: StoredEvent): readonly Damage[] => {
  const texts = [row.name, row.id, row.type, row.h, row.body, row.meta, row.sigs ?? '', row.boxes ?? ''];
  const faults: Damage[] = [];
  const found = (kind: Damage['kind'], detail: string): void => {
    faults.push(eventDamage(event, kind, detail));
  };
  if (!texts.every((text) => typeof text === 'string')) found('form', 'a column holds no text');
  if (row.h !== event.meta['h']) found('hash', 'the column h is not the h of the metadata');
  if (JSON.stringify(event.meta) !== row.meta) found('form', 'the metadata are not as they were written');
  if (row.boxes !== null && (JSON.stringify(event.boxes) !== row.boxes || event.boxes.length === 0))
    found('boxes', 'the boxes are not as they were written');
  if (event.sigs && textOf(event.sigs) !== row.sigs) found('signature', 'the signatures are not as they were written');
  return faults;
};

const textOf = (sigs: readonly ValueObject[]): string | undefined => {
  try {
    return canonical(sigs);
  } catch {
    return undefined;
  }
};
