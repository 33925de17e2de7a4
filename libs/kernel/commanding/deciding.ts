import type { Draft } from '@kernel/privacy';
import { localDate, Rejection, type Act, type AnyDecider, type AnyFact } from '@kernel/sourcing';
import type { Authorizer, Clock, Rules } from './commands';
import type { Attempt } from './attempt';
import { draftOf } from './drafts';
import { ClockBehind } from './errors';
import { referencesOf } from './references';
import type { Cached } from './stream-cache';
import type { StreamStates } from './streams';

export interface DecidingParts {
  /** UUID of the log. */
  readonly log: string;
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly authorizer: Authorizer;
  readonly rules: Rules;
  readonly clock: Clock;
  /** Software version, written into every event as `sw`. */
  readonly software?: string;
}

const CLOCK_TOLERANCE = 5000;
/** Lists longer than this are only checked to exist; their states are not folded. */
const FOLDED_REFERENCES = 10;

type Decide = (state: unknown, body: object, act: Act) => readonly AnyFact[];

/** From a command and the states it looks at to what it would record: references, authority, decision, metadata. */
export class Deciding {
  constructor(private readonly parts: DecidingParts) {}

  /** @throws Rejection, Forbidden, ClockBehind */
  async drafts(attempt: Attempt, entry: Cached, states: StreamStates): Promise<readonly Draft[]> {
    const { decider, command, body, issued, stream, subject } = attempt;
    const referred = await this.#referred(attempt, states);
    const act: Act = {
      ...issued,
      log: this.parts.log,
      stream,
      subject,
      today: localDate(issued.at),
      rules: this.parts.rules.current(),
      referred: <S>(id: string) => {
        if (!referred.has(id)) throw new Rejection('record/unknown-reference', { id });
        return referred.get(id) as S;
      },
    };
    const area = decider.area(entry.state as never, body, act);
    const authority = await this.parts.authorizer.authorize(issued, command, area);
    const facts = (decider.decide[command] as Decide)(entry.state, body, { ...act, ...authority });
    if (facts.length === 0) return [];
    const circumstances = {
      authority: { ...authority, area },
      recordedAt: this.#recordedAt(entry),
      software: this.parts.software,
    };
    return facts.map((fact) => draftOf(attempt, fact, circumstances));
  }

  async #referred({ decider, command, body }: Attempt, states: StreamStates): Promise<ReadonlyMap<string, unknown>> {
    const owner = decider.commands.classes[command];
    const references = owner ? referencesOf(owner, body) : [];
    const referred = new Map<string, unknown>();
    for (const { category, id, single } of references) {
      const target = this.parts.deciders.get(category);
      if (!target || referred.has(id)) continue;
      const folds = single || references.length <= FOLDED_REFERENCES;
      const state = folds ? await existing(states, target, id) : await states.exists(`${category}-${id}`);
      if (state === undefined || state === false) throw new Rejection('record/unknown-reference', { category, id });
      referred.set(id, state);
    }
    return referred;
  }

  #recordedAt({ recordedAt: last }: Cached): string {
    const now = this.parts.clock.now();
    if (last === '' || now >= last) return now;
    if (Date.parse(last) - Date.parse(now) > CLOCK_TOLERANCE) throw new ClockBehind(now, last);
    return last;
  }
}

const existing = async (states: StreamStates, decider: AnyDecider, id: string): Promise<unknown> => {
  const { state, revision } = await states.load(decider, `${decider.category}-${id}`);
  return revision === -1 ? undefined : state;
};
