import {
  FormatError,
  isUuid,
  MAX_APPEND_BYTES,
  MAX_EVENT_BYTES,
  OpeningError,
  pointerToken,
  ZERO_HASH,
} from '@kernel/format';
import { factMetaOf, mustBeSealable, UnknownEventType, type Draft } from '@kernel/privacy';
import { Rejection, type AnyDecider, type AnyProcess, type Effect, type OpenedFact } from '@kernel/sourcing';
import type { Clock } from './commands';
import { mustAccept, refuseUnseen, type Attempt } from './attempt';
import type { Deciding } from './deciding';
import { effectCommandId, effectIssued, effectsOf, holdsErased, splitStream } from './effects';
import { EffectsRefused, Forbidden, InvalidCommand, NotFound, type EffectRefusal } from './errors';
import type { Cached } from './stream-cache';
import type { Streams, StreamStates } from './streams';

export interface TrialParts {
  /** UUID of the log. */
  readonly log: string;
  readonly processes: readonly AnyProcess[];
  readonly streams: Streams;
  readonly deciding: Deciding;
  readonly decider: (category: string) => AnyDecider;
  readonly clock: Clock;
}

/** Streams as they would be. */
class Supposed implements StreamStates {
  readonly #entries = new Map<string, Cached>();

  constructor(private readonly real: StreamStates) {}

  load(decider: AnyDecider, stream: string): Promise<Cached> {
    const supposed = this.#entries.get(stream);
    return supposed ? Promise.resolve(supposed) : this.real.load(decider, stream);
  }

  exists(stream: string): Promise<boolean> {
    return this.#entries.has(stream) ? Promise.resolve(true) : this.real.exists(stream);
  }

  suppose(stream: string, entry: Cached): void {
    this.#entries.set(stream, entry);
  }
}

/** An effect and the supposed fact that would bring it about. */
interface Pending {
  readonly effect: Effect;
  readonly cause: OpenedFact;
}

/**
 * Tries what a decision would bring about before it is recorded: its effects, and theirs, over the streams as they
 * would be, up to the size of what would be sealed. Nothing is written and no key is made.
 */
export class Trial {
  readonly #reacting: ReadonlyMap<string, readonly AnyProcess[]>;

  constructor(private readonly parts: TrialParts) {
    this.#reacting = reactingTo(parts.processes);
  }

  /** @throws EffectsRefused naming every target that would refuse; whatever says nothing about them, as it is */
  async mustWork(attempt: Attempt, entry: Cached, drafts: readonly Draft[]): Promise<void> {
    if (!drafts.some(({ type }) => this.#reacting.has(`${attempt.decider.category}/${type.type}`))) return;
    const states = new Supposed(this.parts.streams);
    const refusals: EffectRefusal[] = [];
    const pending = [...(await this.#supposed(states, attempt, { entry, drafts }))];
    for (let next = pending.shift(); next; next = pending.shift()) {
      await breath();
      const { follows = [], refused } = await this.#tried(states, next);
      pending.push(...follows);
      if (refused && !next.effect.despite?.includes(refused.code)) refusals.push(refusalOf(attempt, next, refused));
    }
    if (refusals.length > 0) throw new EffectsRefused(refusals);
  }

  /** What would follow the effect, or why it would be refused. */
  async #tried(
    states: Supposed,
    pending: Pending,
  ): Promise<{ readonly follows?: readonly Pending[]; readonly refused?: Refused }> {
    try {
      return { follows: await this.#follow(states, pending) };
    } catch (error) {
      const refused = refusedBy(error);
      if (!refused) throw error;
      return { refused };
    }
  }

  async #follow(states: Supposed, { effect, cause }: Pending): Promise<readonly Pending[]> {
    const { target, command, body } = effect;
    if (holdsErased(body)) throw new Rejection('record/erased');
    const [category, subject] = splitStream(target);
    const decider = this.parts.decider(category);
    mustAccept(decider, command, body);
    const cmd = effectCommandId(cause.meta.id, target, command);
    const issued = effectIssued(cause.meta, cmd, { at: this.parts.clock.now() });
    const attempt: Attempt = { decider, stream: target, subject, command, body, issued };
    const entry = await states.load(decider, target);
    refuseUnseen(attempt, entry);
    const { drafts } = await this.parts.deciding.decide(attempt, entry, states);
    mustBeSealable(this.parts.log, target, entry, drafts);
    return this.#supposed(states, attempt, { entry, drafts });
  }

  /** Supposes that an append was made; answers what it would bring about. */
  async #supposed(
    states: Supposed,
    { decider, stream, issued }: Attempt,
    { entry, drafts }: { readonly entry: Cached; readonly drafts: readonly Draft[] },
  ): Promise<readonly Pending[]> {
    const facts = drafts.map((draft, index) => supposedFact(stream, entry.revision + 1 + index, draft));
    const state = await this.parts.streams.advanced(decider, stream, entry, facts);
    const revision = entry.revision + drafts.length;
    const commands = new Map(entry.commands).set(issued.cmd, { revision, position: entry.position });
    const recordedAt = drafts.at(-1)?.meta['recordedAt'] ?? entry.recordedAt;
    states.suppose(stream, { ...entry, state, revision, recordedAt, h: ZERO_HASH, commands });
    return facts.flatMap((cause, index) =>
      (this.#reacting.get(`${decider.category}/${cause.meta.type}`) ?? [])
        .flatMap((process) => effectsOf(process, cause, state, facts.slice(index + 1)))
        .map((effect) => ({ effect, cause })),
    );
  }
}

const reactingTo = (processes: readonly AnyProcess[]): ReadonlyMap<string, readonly AnyProcess[]> => {
  const reacting = new Map<string, AnyProcess[]>();
  for (const process of processes)
    for (const type of Object.keys(process.on)) {
      const key = `${process.from.category}/${type}`;
      reacting.set(key, [...(reacting.get(key) ?? []), process]);
    }
  return reacting;
};

/** Others get their turn between two effects. */
const breath = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** The hash that the event would have stands nowhere yet. */
const supposedFact = (stream: string, revision: number, { id, type, data, meta }: Draft): OpenedFact => ({
  data,
  meta: factMetaOf({
    stream,
    revision,
    id,
    type: type.type,
    meta: { ...meta, schema: String(type.schema), h: ZERO_HASH },
  }),
});

type Refused = Pick<EffectRefusal, 'code' | 'details' | 'issues'>;

const KIB = 1024;
const TOO_LARGE: ReadonlySet<string> = new Set(['event-too-large', 'append-too-large', 'too-many-events']);

/** Why the target would not take the effect; nothing for an error that says nothing about it. */
const refusedBy = (error: unknown): Refused | undefined => {
  if (error instanceof InvalidCommand) return { code: error.code, details: {}, issues: error.issues };
  if (error instanceof Rejection || error instanceof Forbidden || error instanceof NotFound)
    return { code: error.code, details: error.details };
  if (error instanceof FormatError) return ofFormat(error);
  const damaged = error instanceof OpeningError || error instanceof UnknownEventType;
  return damaged ? { code: 'effects/impossible', details: {} } : undefined;
};

const ofFormat = ({ rule, path }: FormatError): Refused =>
  TOO_LARGE.has(rule)
    ? { code: 'effects/too-large', details: { event: MAX_EVENT_BYTES / KIB, append: MAX_APPEND_BYTES / KIB } }
    : { code: 'format/refused', details: { rule, path } };

const refusalOf = ({ body }: Attempt, { effect: { target, command } }: Pending, refused: Refused): EffectRefusal => ({
  target,
  command,
  path: placeOf(body, splitStream(target)[1]) ?? '',
  ...refused,
});

/** JSON pointer of the first place where an id stands. */
const placeOf = (value: unknown, id: string): string | undefined => {
  if (value === id) return '';
  if (typeof value !== 'object' || value === null || !isUuid(id)) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const place = placeOf(inner, id);
    if (place !== undefined) return `/${pointerToken(key)}${place}`;
  }
  return undefined;
};
