import { Injectable } from '@nestjs/common';
import {
  covers,
  MUST_STATE_PURPOSE,
  opensAll,
  postsAt,
  reaches,
  readableAreas,
  readableHouseholds,
  readerOf,
  type AccountState,
  type Identity,
  type Post,
} from '@kernel/access';
import type { TracedEvent } from '@domain/inspection';
import { openGlasses, type GlassSheet } from '@domain/glass';
import { Forbidden, InvalidCommand } from '@kernel/commanding';
import { ViewBehind, type Condition } from '@kernel/read-models';
import { significant, type Reader } from '@kernel/sourcing';
import { System } from '@standalone/system';

/** Who reads, in which posts, and why. */
export interface ReadingCaller {
  readonly subject: string;
  readonly posts: readonly Post[];
  readonly purpose: string;
  /** What they have broken the glass for, and what of it opened something in this very reading. */
  readonly glasses: readonly GlassSheet[];
  readonly through: Set<string>;
}

/** What is recorded beside the ids. */
export interface Recorded {
  /** What was searched for: recorded under a key, found or not. */
  readonly search?: string;
  /** Recorded even though it names nobody. */
  readonly always?: boolean;
}

/** What decides over the reading of a household beside its area. */
export interface Readable {
  readonly id: string;
  readonly helpers: readonly string[];
}

const EVERYTHING: Reader = { opens: () => true, mask: () => undefined };

/** A purpose stands in the read log, which holds ids only: no number of a person. */
const mustNameNobody = (purpose: string | undefined): void => {
  if (purpose !== undefined && (purpose.length > 200 || /\d{14,}/.test(purpose)))
    throw new InvalidCommand([
      { path: 'X-Purpose', code: 'purpose', message: 'must have at most 200 characters and no number of a person' },
    ]);
};

/** The household whose stream it is. */
export const householdIn = (stream: string): string => (stream.startsWith('household-') ? stream.slice(10) : '');

const NOWHERE = '000000000000';
const OVERSIGHT: readonly string[] = ['inspector', 'dispute-handler'];
/** Roles that may ask who did what. */
const TRACERS: readonly string[] = ['inspector', 'dispute-handler', 'county', 'township', 'leading-group', 'archivist'];

/** What a caller may see, and the record of what they saw. */
@Injectable()
export class Reading {
  constructor(private readonly system: System) {}

  /** @throws Forbidden when the caller holds no post, or must state a purpose and did not */
  async caller({ subject }: Identity, purpose: string | undefined): Promise<ReadingCaller> {
    const { state } = await this.system.commands.state<AccountState>('account', subject);
    const at = this.system.clock.now();
    const posts = await postsAt(state, { at, account: subject }, this.system.grants);
    if (posts.length === 0) throw new Forbidden('access/no-post');
    if (purpose === undefined && posts.some(({ role }) => MUST_STATE_PURPOSE.includes(role)))
      throw new Forbidden('access/purpose-missing');
    mustNameNobody(purpose);
    const glasses = await openGlasses(this.system.models, subject, { posts, at });
    return { subject, posts, purpose: purpose ?? 'work', glasses, through: new Set() };
  }

  /** What they see of a household, by its card; of any other record, by its area alone. */
  readerOf(caller: ReadingCaller, standing: string, card?: Readable): Reader | undefined {
    const area = this.system.places.home(standing);
    const own = card?.helpers.includes(caller.subject) ?? false;
    const reader = readerOf(caller.posts, area, { own, ...(card && { household: card.id }) });
    if (reader && opensAll(reader)) return reader;
    const glass = caller.glasses.find((one) =>
      one.household === undefined ? covers(one.area, area) : one.household === card?.id,
    );
    if (!glass) return reader;
    caller.through.add(glass.id);
    return EVERYTHING;
  }

  /** An inspector reads a paper, wherever it was received, when an act within the scope rests on it. */
  async readerOfPaper({ posts }: ReadingCaller, paper: string): Promise<Reader | undefined> {
    const inspecting = posts.filter(({ role }) => role === 'inspector');
    if (inspecting.length === 0) return undefined;
    const within = ({ area, stream }: TracedEvent): boolean =>
      inspecting.some((post) => reaches(post, this.#placeOf(area, householdIn(stream)), householdIn(stream)));
    const { items } = await this.system.tracing.find([{ field: 'papers', value: paper }], {
      limit: 1,
      visible: within,
    });
    const [act] = items;
    if (!act) return undefined;
    const household = householdIn(act.stream);
    return readerOf(inspecting, this.#placeOf(act.area, household), { household });
  }

  /** @throws Forbidden for a caller in no post that asks such questions */
  mustTrace({ posts }: ReadingCaller, command: string): void {
    if (!posts.some(({ role }) => TRACERS.includes(role))) throw new Forbidden('access/not-permitted', { command });
  }

  /** Whether an act in an area may be shown, personal values apart; acts of the log itself are for oversight. */
  sees({ posts }: ReadingCaller, area: string, household?: string): boolean {
    const where = this.#placeOf(area, household);
    if (where === NOWHERE) return posts.some(({ role }) => OVERSIGHT.includes(role));
    return posts.some((post) => TRACERS.includes(post.role) && reaches(post, where, household));
  }

  /** Conditions that keep a list inside the caller's areas; `undefined` = nothing is shown. */
  within(caller: ReadingCaller, field = 'area'): readonly Readonly<Record<string, Condition>>[] | undefined {
    const ofGlass = caller.glasses.filter(({ household }) => household === undefined).map(({ area }) => area);
    const listed = [...readableHouseholds(caller.posts), ...caller.glasses.flatMap(({ household }) => household ?? [])];
    const conditions = [
      ...this.inAreas([...readableAreas(caller.posts), ...ofGlass], field),
      ...(listed.length === 0 ? [] : [{ id: { in: listed } }]),
    ];
    return conditions.length === 0 ? undefined : conditions;
  }

  /** Conditions on a list's area; whoever has all of the log's counties has what stands outside them too. */
  inAreas(areas: readonly string[], field = 'area'): readonly Readonly<Record<string, Condition>>[] {
    const { own } = this.system.places;
    if (own !== undefined && areas.some((area) => covers(area, own))) return [{}];
    return areas.map((area) => ({ [field]: { prefix: significant(area) } }));
  }

  /** Where an act counts as done; of the acts of the log itself: nowhere. */
  #placeOf(area: string, household: string | undefined): string {
    return area === NOWHERE && !household ? NOWHERE : this.system.places.home(area);
  }

  /** Resolves when a view has folded what the reader wrote (`?atLeast=<position>`). @throws ViewBehind */
  async reached(view: string, position: string | undefined): Promise<void> {
    if (position !== undefined && !(await this.system.projector.waitFor(position, { view })))
      throw new ViewBehind(view);
  }

  /** @throws Forbidden when none of the caller's posts is of these roles */
  mustBe({ posts }: ReadingCaller, ...roles: readonly string[]): void {
    if (!posts.some(({ role }) => roles.includes(role)))
      throw new Forbidden('access/not-permitted', { command: 'read' });
  }

  /** Resolves when the reading is durable: the answer leaves after it. @throws StoreUnavailable */
  async recorded(
    caller: ReadingCaller,
    view: string,
    subjects: readonly string[],
    { search, always = false }: Recorded = {},
  ): Promise<void> {
    if (subjects.length === 0 && search === undefined && !always) return;
    const post = caller.posts[0]?.post;
    const [glass] = caller.through;
    await this.system.reads.record({
      at: this.system.clock.now(),
      actor: caller.subject,
      purpose: caller.purpose,
      view,
      subjects: [...new Set(subjects)],
      ...(post !== undefined && { post }),
      ...(search !== undefined && { terms: [this.system.keys.keyed('search', search)] }),
      ...(glass !== undefined && { glass }),
    });
  }
}
