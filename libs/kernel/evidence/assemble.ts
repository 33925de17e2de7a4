import { referencesOf } from '@kernel/commanding';
import type { EventStore, StoredEvent } from '@kernel/event-store';
import { bodyHash, openBox, streamId, type PersonalClass, type Seal, type ValueObject } from '@kernel/format';
import type { KeyStore } from '@kernel/privacy';
import type { EventTable } from '@kernel/sourcing';
import type {
  Evidence,
  EvidenceEvent,
  EvidenceQuestion,
  EvidenceStream,
  EvidenceWords,
  PackedHead,
  NamedHead,
} from './evidence';

/** What a pack needs of the ledger at one checkpoint. */
export interface LedgerAt {
  /** The signed note with its cosignatures. */
  readonly checkpoint: string;
  readonly origin: string;
  readonly treeSize: number;
  readonly root: string;
  readonly keys: readonly string[];
  /** The `HeadsSealed` event that this checkpoint holds. */
  readonly heads: StoredEvent;
  /** Entries whose heads it sealed. */
  readonly entries: number;
  indexOf(event: StoredEvent): Promise<number>;
  inclusion(index: number): Promise<readonly string[]>;
  headOf(sid: string): Promise<PackedHead | undefined>;
  /** The heads between which a stream would stand that is not there. */
  around(sid: string): Promise<{ readonly before?: NamedHead; readonly after?: NamedHead }>;
}

export interface EvidenceSources {
  readonly log: string;
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly ledger: LedgerAt;
  /** Kinds of records that go with the events that name them; households never: a pack opens nobody else’s file. */
  readonly isFollowed: (category: string) => boolean;
  readonly tableOf: (category: string) => EventTable | undefined;
  /** Classes that the caller may open. */
  readonly opens: (of: PersonalClass) => boolean;
  /** How much of a paper goes into a pack of this household. */
  readonly disclosureOf: (paper: string) => Promise<PaperDisclosure>;
  readonly words: EvidenceWords;
}

/**
 * `file`: with its file. Else it is held and not disclosed: `hash` opens what names the file, where the pack opens
 * anything of it at all; `nothing` leaves it sealed.
 */
export type PaperDisclosure = 'file' | 'hash' | 'nothing';

const PAPER = 'paper';
const categoryOf = (stream: string): string => stream.slice(0, stream.indexOf('-'));
const idOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

/** The evidence for a question: the household's stream and what it rests on, each event with its proof. */
export const assembleEvidence = async (sources: EvidenceSources, question: EvidenceQuestion): Promise<Evidence> => {
  const { ledger, log, words } = sources;
  const household = `household-${question.household}`;
  const histories = await closure(sources, household, question.knownAt);
  const streams: EvidenceStream[] = [];
  const held: string[] = [];
  for (const [stream, events] of histories) {
    const disclosure = categoryOf(stream) === PAPER ? await sources.disclosureOf(idOf(stream)) : 'file';
    const opens = disclosure === 'nothing' ? () => false : disclosed(sources, question, stream);
    streams.push(await streamOf(sources, { stream, events, knownAt: question.knownAt, opens }));
    if (disclosure !== 'file') held.push(idOf(stream));
  }
  const { checkpoint, origin, treeSize, root, keys, heads } = ledger;
  return {
    format: 'jiandang/pack/1',
    question,
    basis: { log, origin, treeSize, root },
    checkpoint,
    keys,
    heads: await eventOf(sources, heads, { withheld: false, opens: () => false }),
    streams,
    papers: filesOf(streams).filter((paper) => !held.includes(paper)),
    held,
    words,
  };
};

interface Shown {
  readonly withheld: boolean;
  readonly opens: (seal: Seal) => boolean;
}

/** The household first, then the followed streams in order of their names. */
const closure = async (sources: EvidenceSources, household: string, knownAt: string | undefined) => {
  const found = new Map<string, readonly StoredEvent[]>();
  const waiting = [household];
  for (let stream = waiting.shift(); stream !== undefined; stream = waiting.shift()) {
    if (found.has(stream)) continue;
    const events = await sealedEvents(sources, stream);
    if (events.length === 0 && stream !== household) continue;
    found.set(stream, events);
    const shown = events.filter((event) => !isLate(event, knownAt));
    waiting.push(...shown.flatMap((event) => linksOf(sources, event)));
  }
  const [first, ...others] = found;
  return [first!, ...others.sort(([a], [b]) => (a < b ? -1 : 1))];
};

/** Events among the entries whose heads are sealed: what came later belongs to a later pack. */
const sealedEvents = async ({ store, ledger }: EvidenceSources, stream: string): Promise<readonly StoredEvent[]> => {
  const events = await store.read(stream);
  const indexes = await Promise.all(events.map((event) => ledger.indexOf(event)));
  return events.filter((_, at) => indexes[at]! < ledger.entries);
};

const isLate = ({ meta }: StoredEvent, knownAt: string | undefined): boolean =>
  knownAt !== undefined && (meta['recordedAt'] ?? '') > knownAt;

const linksOf = (
  { tableOf, isFollowed }: EvidenceSources,
  { stream, type, meta, body }: StoredEvent,
): readonly string[] => {
  const owner = tableOf(categoryOf(stream))?.types.get(type)?.class;
  const { data } = JSON.parse(body) as { data: ValueObject };
  const named = owner ? referencesOf(owner, data, isFollowed) : [];
  const { actor = '' } = meta;
  return [
    ...named.map(({ category, id }) => `${category}-${id}`),
    ...(actor.startsWith('system:') ? [] : [`account-${actor}`]),
  ];
};

interface Told {
  readonly stream: string;
  readonly events: readonly StoredEvent[];
  readonly knownAt: string | undefined;
  readonly opens: Shown['opens'];
}

const streamOf = async (
  sources: EvidenceSources,
  { stream, events, knownAt, opens }: Told,
): Promise<EvidenceStream> => {
  const sid = streamId(sources.log, stream);
  if (events.length === 0) return { stream, events: [], absence: await sources.ledger.around(sid) };
  const proven: EvidenceEvent[] = [];
  for (const event of events) proven.push(await eventOf(sources, event, { withheld: isLate(event, knownAt), opens }));
  const head = await sources.ledger.headOf(sid);
  return { stream, events: proven, ...(head && { head }) };
};

/**
 * In the household's stream all that the caller may see; elsewhere only what is about the record itself, or its
 * official.
 */
const disclosed = ({ opens }: EvidenceSources, question: EvidenceQuestion, stream: string): Shown['opens'] => {
  const { disclosure, members = [], household } = question;
  if (disclosure === 'masked') return () => false;
  if (disclosure === 'members') return (seal) => opens(seal.class) && members.includes(seal.subject);
  const own = stream === `household-${household}`;
  const itself = idOf(stream);
  return (seal) => opens(seal.class) && (own || seal.subject === itself || seal.subject === household);
};

const eventOf = async (
  sources: EvidenceSources,
  event: StoredEvent,
  { withheld, opens }: Shown,
): Promise<EvidenceEvent> => {
  const { revision: rev, id, type, meta, body, sigs } = event;
  const index = await sources.ledger.indexOf(event);
  const parts = withheld ? [] : await partsOf(sources, event, opens);
  return {
    rev,
    id,
    type,
    meta,
    index,
    ...(withheld ? { bodyHash: bodyHash(body) } : { body }),
    ...(sigs && { sigs }),
    ...(parts.length > 0 && { parts }),
    path: await sources.ledger.inclusion(index),
  };
};

/** Parts that may be opened, with their salts; a part whose key was destroyed stays closed. */
const partsOf = async ({ log, keys }: EvidenceSources, { id, body, boxes }: StoredEvent, opens: Shown['opens']) => {
  const { seals } = JSON.parse(body) as { seals: readonly Seal[] };
  const open = seals.flatMap((seal, at) => {
    const box = boxes[at];
    return box?.key !== undefined && opens(seal) ? [{ seal, box, at, key: box.key }] : [];
  });
  const secrets = await keys.secrets(open.map(({ key }) => key));
  return open.flatMap(({ seal, box, at }, index) => {
    const secret = secrets[index];
    if (!secret) return [];
    const { part, salt } = openBox(log, id, seal, box, secret);
    return [{ seal: at, part: part, salt: salt.toString('hex') }];
  });
};

/** Papers whose digest the pack opens: only those files can be checked, so only those go in. */
const filesOf = (streams: readonly EvidenceStream[]): readonly string[] =>
  streams
    .filter(({ stream, events }) => categoryOf(stream) === PAPER && (events[0]?.parts?.length ?? 0) > 0)
    .map(({ stream }) => idOf(stream));
