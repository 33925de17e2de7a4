import type { Draft } from '@kernel/privacy';
import { localDate, Rejection, type Act, type AnyDecider, type AnyFact } from '@kernel/sourcing';
import { mustNameAreas } from './areas';
import type { Authority, Authorizer, Clock, Places, Rules } from './commands';
import { notFound, refuseStale, type Attempt } from './attempt';
import { draftOf, recordedAfter } from './drafts';
import { Forbidden } from './errors';
import { referencesOf } from './references';
import type { Cached } from './stream-cache';
import type { StreamStates } from './streams';

export interface DecidingParts {
  /** UUID of the log. */
  readonly log: string;
  readonly deciders: ReadonlyMap<string, AnyDecider>;
  readonly authorizer: Authorizer;
  readonly rules: Rules;
  readonly places: Places;
  readonly clock: Clock;
  /** Software version, written into every event as `sw`. */
  readonly software?: string;
}

/** Code of the refusal of an act that lies outside the area of the actor's posts. */
export const OUTSIDE = 'access/outside-area';

/** Lists longer than this are only checked to exist; their states are not folded. */
const FOLDED_REFERENCES = 10;

/** What a command would record, and by whose authority. */
export interface Decision {
  readonly facts: readonly AnyFact[];
  readonly authority: Authority;
  readonly drafts: readonly Draft[];
}

type Decide = (state: unknown, body: object, act: Act) => readonly AnyFact[];

/** From a command and the states it looks at to what it would record: references, authority, decision, metadata. */
export class Deciding {
  constructor(private readonly parts: DecidingParts) {}

  /**
   * Who may not act here learns nothing else: neither whether the record is there, nor of any that the command names.
   * @throws NotFound, Forbidden, StaleRevision, Rejection, ClockBehind
   */
  async decide(attempt: Attempt, entry: Cached, states: StreamStates): Promise<Decision> {
    const { decider, command, body } = attempt;
    const referred = new Map<string, unknown>();
    const act = this.#act(attempt, referred);
    const isBegun = entry.revision !== -1;
    if (!isBegun) await this.#refer(attempt, states, referred);
    const area = decider.area(entry.state as never, body, act);
    const authority = await this.#authorised(attempt, area, isBegun);
    refuseStale(attempt, entry);
    if (isBegun) await this.#refer(attempt, states, referred);
    mustNameAreas(decider, [command, body], act.places, act.today);
    const facts = (decider.decide[command] as Decide)(entry.state, body, { ...act, ...authority });
    return {
      facts,
      authority,
      drafts: facts.length === 0 ? [] : this.#drafts(attempt, entry, { facts, authority, area }),
    };
  }

  #act({ issued, stream, subject }: Attempt, referred: ReadonlyMap<string, unknown>): Act {
    return {
      ...issued,
      log: this.parts.log,
      stream,
      subject,
      today: localDate(issued.at),
      rules: this.parts.rules.current(),
      places: this.parts.places.current(),
      referred: <S>(id: string) => {
        if (!referred.has(id)) throw new Rejection('record/unknown-reference', { id });
        return referred.get(id) as S;
      },
    };
  }

  async #authorised({ decider, command, issued, stream }: Attempt, area: string, isBegun: boolean): Promise<Authority> {
    try {
      return await this.parts.authorizer.authorize(issued, command, area);
    } catch (error) {
      const isHidden = isBegun && decider.known !== true && error instanceof Forbidden;
      throw isHidden && error.code === OUTSIDE ? notFound(stream) : error;
    }
  }

  async #refer(
    { decider, command, body }: Attempt,
    states: StreamStates,
    referred: Map<string, unknown>,
  ): Promise<void> {
    const owner = decider.commands.classes[command];
    const { deciders } = this.parts;
    const references = owner ? referencesOf(owner, body, (kind) => deciders.get(kind)?.mustExist === true) : [];
    for (const { category, id, single } of references) {
      const target = deciders.get(category);
      if (!target || referred.has(id)) continue;
      const folds = single || references.length <= FOLDED_REFERENCES;
      const state = folds ? await existing(states, target, id) : await states.exists(`${category}-${id}`);
      if (state === undefined || state === false) throw new Rejection('record/unknown-reference', { category, id });
      referred.set(id, state);
    }
  }

  #drafts(
    attempt: Attempt,
    entry: Cached,
    { facts, authority, area }: Omit<Decision, 'drafts'> & { readonly area: string },
  ): readonly Draft[] {
    const { clock, software } = this.parts;
    const recordedAt = recordedAfter(entry.recordedAt, clock.now());
    return facts.map((fact) => draftOf(attempt, fact, { authority: { ...authority, area }, recordedAt, software }));
  }
}

const existing = async (states: StreamStates, decider: AnyDecider, id: string): Promise<unknown> => {
  const { state, revision } = await states.load(decider, `${decider.category}-${id}`);
  return revision === -1 ? undefined : state;
};
