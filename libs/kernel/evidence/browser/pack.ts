import type { Evidence, EvidenceEvent } from '../evidence';
import { found } from './elements';

/** The evidence that stands in the page. */
export const evidence = JSON.parse(found('evidence', HTMLScriptElement).textContent) as Evidence;

const { words } = evidence;

const nameIn = (part: object): string | undefined => {
  const { name } = part as { readonly name?: unknown };
  return typeof name === 'string' ? name : undefined;
};

/** Names of officials and members, as far as the pack opens them. */
const names = new Map<string, string>();
const named = (id: string | undefined, name: string | undefined): void => {
  if (id !== undefined && name !== undefined) names.set(id, name);
};
for (const { stream, events } of evidence.streams.filter((one) => one.stream.startsWith('account-')))
  for (const { parts = [] } of events)
    for (const { part } of parts) named(stream.slice('account-'.length), nameIn(part));
for (const { body = '{"seals":[]}', parts = [] } of evidence.streams[0]?.events ?? []) {
  const { seals } = JSON.parse(body) as { readonly seals: readonly { readonly subject: string }[] };
  for (const { seal, part } of parts) {
    named(seals[seal]?.subject, nameIn(part));
  }
}

export const personOf = (id: string): string | undefined => names.get(id);
export const isHeld = (paper: string): boolean => evidence.held?.includes(paper) ?? false;
export const isGiven = (paper: string): boolean => evidence.papers.includes(paper);

/** Words of the page: they prove nothing. */
export const labelOf = (field: string): string => words.fields[field] ?? field;
export const eventLabel = (type: string): string => words.events[type] ?? type;
export const codeLabel = (field: string, value: unknown): string =>
  words.codes[field]?.find(([code]) => code === value)?.[1] ?? String(value);

/** The name that an event of a stream gives it: an official's account. */
export const titleOf = (events: readonly EvidenceEvent[]): string | undefined =>
  events
    .flatMap(({ parts = [] }) => parts)
    .map(({ part }) => nameIn(part))
    .find((name) => name !== undefined);

/** What an event says, its opened parts laid into their places; and how many stay closed. */
export const openedOf = (event: EvidenceEvent): { readonly data: object; readonly closed: number } => {
  const { data, seals } = JSON.parse(event.body ?? '{"data":{},"seals":[]}') as {
    readonly data: object;
    readonly seals: readonly { readonly at?: string }[];
  };
  const opened = new Set<number>();
  for (const { seal, part } of event.parts ?? []) {
    opened.add(seal);
    Object.assign(placeIn(data, seals[seal]?.at) ?? {}, part);
  }
  return { data, closed: seals.length - opened.size };
};

const placeIn = (data: object, at: string | undefined): object | undefined =>
  (at === undefined ? [] : at.slice(1).split('/')).reduce<object | undefined>(
    (one, key) => (one as Readonly<Record<string, object>> | undefined)?.[key],
    data,
  );
