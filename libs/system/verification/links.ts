import { effectCommandId, StreamFolder } from '@kernel/commanding';
import type { StoredEvent } from '@kernel/event-store';
import { dataOf, type Damage } from '@kernel/ledger';
import { openEvents } from '@kernel/privacy';
import type { AnyDecider, AnyProcess, Effect, FactMeta, OpenedFact } from '@kernel/sourcing';
import { features, tableOf } from '../features';
import type { Kept } from './kept';

const deciders = new Map(features.flatMap((feature) => feature.deciders).map((one) => [one.category, one]));
const deciderOf = (category: string): AnyDecider => deciders.get(category)!;

const processes: readonly AnyProcess[] = features.flatMap((feature) => feature.processes);

type Reaction = (fact: object, meta: FactMeta, state: unknown) => readonly Effect[];

/** What the log holds of links: which streams and events there are, which commands left events, which effects were refused. */
interface Known {
  readonly streams: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  readonly acts: ReadonlySet<string>;
  readonly refused: ReadonlySet<string>;
}

const act = (stream: string, cmd: string): string => `${stream}\n${cmd}`;

const knownOf = async ({ store }: Kept): Promise<Known> => {
  const [streams, ids, acts, refused] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  for await (const page of store.readAll({ pageSize: 2000 })) {
    for (const event of page) {
      streams.add(event.stream);
      ids.add(event.id);
      if (event.meta['via'] === 'process') acts.add(act(event.stream, event.meta['cmd'] ?? ''));
      if (event.type === 'EffectRefused') refused.add(refusalOf(event));
    }
  }
  return { streams, ids, acts, refused };
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

interface Asked {
  readonly process: AnyProcess;
  /** The deciding record as it is now. */
  readonly state: (subject: string) => Promise<unknown>;
  readonly known: Known;
}

/** Effects of a deciding event: each must have left its event in the other stream, or its refusal in this one. */
const unanswered = async (fact: OpenedFact, { process, state, known }: Asked): Promise<readonly string[]> => {
  const reaction = process.on[fact.meta.type] as Reaction;
  return reaction(fact.data, fact.meta, await state(fact.meta.subject))
    .filter(({ target, command }) => {
      const cmd = effectCommandId(fact.meta.id, target, command);
      return !known.acts.has(act(target, cmd)) && !known.refused.has([fact.meta.id, target, command].join('\n'));
    })
    .map(({ target, command }) => `${target} does not hold what ${command} should have left there`);
}; // prettier-ignore

const broken = ({ stream, revision, id }: Pick<StoredEvent, 'stream' | 'revision' | 'id'>, detail: string): Damage => ({
  stream,
  revision,
  id,
  kind: 'link',
  detail,
});

const verifyEffects = async (kept: Kept, process: AnyProcess, known: Known): Promise<readonly Damage[]> => {
  const { log, keys, store } = kept;
  const { category } = process.from;
  const folder = new StreamFolder({ log, keys });
  const state = async (subject: string): Promise<unknown> =>
    folder.fold(deciderOf(category), await store.read(`${category}-${subject}`));
  const damages: Damage[] = [];
  for await (const page of settledBy(kept, process)) {
    for (const fact of await openEvents({ log, keys }, tableOf, page, 'all')) {
      const missing = await unanswered(fact, { process, state, known });
      damages.push(...missing.map((detail) => broken(fact.meta, detail)));
    }
  }
  return damages;
};

/** Whatever concerns a record elsewhere, in both directions: what it names is there, and what was decided about it arrived. */
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
