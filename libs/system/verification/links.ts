import { effectCommandId, StreamFolder, type Folded } from '@kernel/commanding';
import type { StoredEvent } from '@kernel/event-store';
import { dataOf, type Damage } from '@kernel/ledger';
import { openEvents } from '@kernel/privacy';
import { effectsIn, parkedBy } from '@kernel/processes';
import type { AnyDecider, AnyProcess, OpenedFact } from '@kernel/sourcing';
import { features, tableOf } from '../features';
import type { Kept } from './kept';

const deciders = new Map(features.flatMap((feature) => feature.deciders).map((one) => [one.category, one]));
const deciderOf = (category: string): AnyDecider => deciders.get(category)!;

const processes: readonly AnyProcess[] = features.flatMap((feature) => feature.processes);

/**
 * What there is of links: which streams and events, which commands left events, which effects were refused or are
 * parked.
 */
interface Known {
  readonly streams: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  readonly acts: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
  readonly parked: ReadonlySet<string>;
}

const act = (stream: string, cmd: string): string => `${stream}\n${cmd}`;

const knownOf = async ({ store, models }: Kept): Promise<Known> => {
  const [streams, ids, acts, refused] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  for await (const page of store.readAll({ pageSize: 2000 })) {
    for (const event of page) {
      streams.add(event.stream);
      ids.add(event.id);
      if (event.meta['via'] === 'process') acts.add(act(event.stream, event.meta['cmd'] ?? ''));
      if (event.type === 'EffectRefused') refused.add(refusalOf(event));
    }
  }
  const parkedOf = await Promise.all(processes.map((process) => parkedBy(models, process)));
  const parked = new Set(parkedOf.flat().map(({ id }) => id));
  return { streams, ids, acts, refused, parked };
};

const refusalOf = (event: StoredEvent): string => {
  const { event: id, target, command } = dataOf(event);
  return [id, target, command].map(String).join('\n');
};

/** Links out of a stream: what it names elsewhere must be there. */
const outward = (event: StoredEvent, { streams, ids }: Known): string | undefined => {
  const { $causationId: cause } = event.meta;
  if (cause !== undefined && !ids.has(cause)) return `the event ${cause} that brought it about is not there`;
  if (event.type !== 'RecordLinked') return undefined;
  const stream = String(dataOf(event)['stream']);
  return streams.has(stream) ? undefined : `it links to ${stream}, which is not there`;
};

type Looked = Parameters<typeof effectsIn>[0];

/**
 * Effects of a deciding event: each must have left its event in the other stream, or its refusal in this one, or be
 * parked.
 */
const unanswered = async (
  looked: Looked,
  process: AnyProcess,
  fact: OpenedFact,
  { acts, refused, parked }: Known,
): Promise<readonly string[]> => {
  if (parked.has(fact.meta.id)) return [];
  return (await effectsIn(looked, process, fact))
    .filter(({ target, command }) => {
      const cmd = effectCommandId(fact.meta.id, target, command);
      const answered = acts.has(act(target, cmd)) || refused.has([fact.meta.id, target, command].join('\n'));
      return !answered && !parked.has(cmd);
    })
    .map(({ target, command }) => `${target} does not hold what ${command} should have left there`);
};

const broken = ({ stream, revision, id }: Pick<StoredEvent, 'stream' | 'revision' | 'id'>, detail: string): Damage => ({
  stream,
  revision,
  id,
  kind: 'link',
  detail,
});

const verifyEffects = async (kept: Kept, process: AnyProcess, known: Known): Promise<readonly Damage[]> => {
  const { log, keys, store } = kept;
  const folder = new StreamFolder({ log, keys });
  const stateAfter = async (category: string, subject: string, cmd: string): Promise<Folded> => {
    const stored = await store.read(`${category}-${subject}`);
    const last = stored.findLastIndex(({ meta }) => meta['cmd'] === cmd);
    const state = await folder.fold(deciderOf(category), stored.slice(0, last + 1));
    return { state, revision: last, h: stored[last]?.meta['h'] ?? '' };
  };
  const open = (events: readonly StoredEvent[]) => openEvents({ log, keys }, tableOf, events, 'all');
  const looked: Looked = { store, commands: { stateAfter }, open };
  const damages: Damage[] = [];
  for await (const page of settledBy(kept, process)) {
    for (const fact of await openEvents({ log, keys }, tableOf, page, 'all')) {
      const missing = await unanswered(looked, process, fact, known);
      damages.push(...missing.map((detail) => broken(fact.meta, detail)));
    }
  }
  return damages;
};

/**
 * Whatever concerns a record elsewhere, in both directions: what it names is there, and what was decided about it
 * arrived.
 */
export const verifyLinks = async (kept: Kept): Promise<readonly Damage[]> => {
  const known = await knownOf(kept);
  const damages: Damage[] = [];
  for await (const page of kept.store.readAll({ pageSize: 2000 })) {
    for (const event of page) {
      const fault = outward(event, known);
      if (fault !== undefined) damages.push(broken(event, fault));
    }
  }
  for (const process of processes) damages.push(...(await verifyEffects(kept, process, known)));
  return damages;
};

/** Events that a process has settled; what it has not come to is no damage. */
async function* settledBy({ store, models }: Kept, process: AnyProcess): AsyncIterable<readonly StoredEvent[]> {
  const { position } = await models.checkpoint({ name: `process-${process.name}`, version: 1, indexes: [] });
  if (position === undefined) return;
  for await (const page of store.readAll({ types: Object.keys(process.on), pageSize: 2000 }))
    yield page.filter(
      (event) =>
        event.stream.startsWith(`${process.from.category}-`) && store.comparePositions(event.position, position) <= 0,
    );
}
