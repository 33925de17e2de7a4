import { Injectable } from '@nestjs/common';
import {
  MUST_STATE_PURPOSE,
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
import { Forbidden } from '@kernel/commanding';
import { ViewBehind, type Condition } from '@kernel/read-models';
import type { Reader } from '@kernel/sourcing';
import { System } from '@standalone/system';

/** Who reads, in which posts, and why. */
export interface ReadingCaller {
  readonly subject: string;
  readonly posts: readonly Post[];
  readonly purpose: string;
}

/** What is recorded beside the ids. */
export interface Recorded {
  /** What was searched for: recorded under a key, found or not. */
  readonly search?: string;
  /** UUID of the broken glass that opened it. */
  readonly glass?: string;
  /** Recorded even though it names nobody. */
  readonly always?: boolean;
}

/** What decides over the reading of a household beside its area. */
export interface Readable {
  readonly id: string;
  readonly helpers: readonly string[];
}

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
    const posts = await postsAt(state, { at: this.system.clock.now(), account: subject }, this.system.grants);
    if (posts.length === 0) throw new Forbidden('access/no-post');
    if (purpose === undefined && posts.some(({ role }) => MUST_STATE_PURPOSE.includes(role)))
      throw new Forbidden('access/purpose-missing');
    return { subject, posts, purpose: purpose ?? 'work' };
  }

  /** What they see of a household, by its card; of any other record, by its area alone. */
  readerOf(caller: ReadingCaller, area: string, card?: Readable): Reader | undefined {
    const own = card?.helpers.includes(caller.subject) ?? false;
    return readerOf(caller.posts, area, { own, ...(card && { household: card.id }) });
  }

  /** An inspector reads a paper, wherever it was received, when an act within the scope rests on it. */
  async readerOfPaper({ posts }: ReadingCaller, paper: string): Promise<Reader | undefined> {
    const inspecting = posts.filter(({ role }) => role === 'inspector');
    if (inspecting.length === 0) return undefined;
    const within = ({ area, stream }: TracedEvent): boolean =>
      inspecting.some((post) => reaches(post, area, householdIn(stream)));
    const { items } = await this.system.tracing.find([{ field: 'papers', value: paper }], {
      limit: 1,
      visible: within,
    });
    const [act] = items;
    return act && readerOf(inspecting, act.area, { household: householdIn(act.stream) });
  }

  /** @throws Forbidden for a caller in no post that asks such questions */
  mustTrace({ posts }: ReadingCaller, command: string): void {
    if (!posts.some(({ role }) => TRACERS.includes(role))) throw new Forbidden('access/not-permitted', { command });
  }

  /** Whether an act in an area may be shown, personal values apart; acts of the log itself are for oversight. */
  sees({ posts }: ReadingCaller, area: string, household?: string): boolean {
    if (area === NOWHERE) return posts.some(({ role }) => OVERSIGHT.includes(role));
    return posts.some((post) => TRACERS.includes(post.role) && reaches(post, area, household));
  }

  /** Conditions that keep a list inside the caller's areas; `undefined` = nothing is shown. */
  within(caller: ReadingCaller, field = 'area'): readonly Readonly<Record<string, Condition>>[] | undefined {
    const listed = readableHouseholds(caller.posts);
    const conditions = [
      ...readableAreas(caller.posts).map((prefix) => ({ [field]: { prefix } })),
      ...(listed.length === 0 ? [] : [{ id: { in: listed } }]),
    ];
    return conditions.length === 0 ? undefined : conditions;
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
    { search, glass, always = false }: Recorded = {},
  ): Promise<void> {
    if (subjects.length === 0 && search === undefined && !always) return;
    const post = caller.posts[0]?.post;
    await this.system.reads.record({
      at: this.system.clock.now(),
      actor: caller.subject,
      purpose: caller.purpose,
      view,
      subjects,
      ...(post !== undefined && { post }),
      ...(search !== undefined && { terms: [this.system.keys.keyed('search', search)] }),
      ...(glass !== undefined && { glass }),
    });
  }
}
