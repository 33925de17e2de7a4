import { Inject, Injectable } from '@nestjs/common';
import { Clock, Commands, Forbidden, InvalidCommand, Places } from '@kernel/commanding';
import type { Identity } from '@kernel/http';
import { KeyStore } from '@kernel/privacy';
import { Projector, ViewBehind, type Conditions } from '@kernel/read-models';
import { significant, type Reader } from '@kernel/sourcing';
import { ReadLog } from '@kernel/read-log';
import type { AccountState } from './account';
import { Grants, postsAt } from './authorizer';
import { Openings, type Opening } from './openings';
import { covers, type Post } from './post';
import { MUST_STATE_PURPOSE, opensAll, reaches, readableAreas, readableHouseholds, readerOf } from './reader';

/** Who reads, in which posts, and why. */
export interface ReadingCaller {
  readonly subject: string;
  readonly posts: readonly Post[];
  readonly purpose: string;
  /** What they have opened beyond their posts, and what of it showed something in this very reading. */
  readonly openings: readonly Opening[];
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

const notPermitted = (command: string): Forbidden => new Forbidden('access/not-permitted', { command });

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
  @Inject(Commands) private readonly commands!: Commands;
  @Inject(Clock) private readonly clock!: Clock;
  @Inject(Places) private readonly places!: Places;
  @Inject(Grants) private readonly grants!: Grants;
  @Inject(Openings) private readonly openings!: Openings;
  @Inject(ReadLog) private readonly reads!: ReadLog;
  @Inject(KeyStore) private readonly keys!: KeyStore;
  @Inject(Projector) private readonly projector!: Projector;

  /** @throws Forbidden when the caller holds no post, or must state a purpose and did not */
  async caller({ subject }: Identity, purpose: string | undefined): Promise<ReadingCaller> {
    const { state } = await this.commands.state<AccountState>('account', subject);
    const at = this.clock.now();
    const posts = await postsAt(state, { at, account: subject }, this.grants);
    if (posts.length === 0) throw new Forbidden('access/no-post');
    if (purpose === undefined && posts.some(({ role }) => MUST_STATE_PURPOSE.includes(role)))
      throw new Forbidden('access/purpose-missing');
    mustNameNobody(purpose);
    const openings = await this.openings.of(subject, { posts, at });
    return { subject, posts, purpose: purpose ?? 'work', openings, through: new Set() };
  }

  /** What they see of a household, by its card; of any other record, by its area alone. */
  readerOf(caller: ReadingCaller, standing: string, card?: Readable): Reader | undefined {
    const area = this.places.current().home(standing);
    const own = card?.helpers.includes(caller.subject) ?? false;
    const reader = readerOf(caller.posts, area, { own, ...(card && { household: card.id }) });
    if (reader && opensAll(reader)) return reader;
    const glass = caller.openings.find((one) =>
      one.household === undefined ? covers(one.area, area) : one.household === card?.id,
    );
    if (!glass) return reader;
    caller.through.add(glass.id);
    return EVERYTHING;
  }

  /** @throws Forbidden for a caller in no post that asks such questions */
  mustTrace({ posts }: ReadingCaller, command: string): void {
    if (!posts.some(({ role }) => TRACERS.includes(role))) throw notPermitted(command);
  }

  /** Whether an act in an area may be shown, personal values apart; acts of the log itself are for oversight. */
  sees({ posts }: ReadingCaller, area: string, household?: string): boolean {
    const where = this.placeOf(area, household);
    if (where === NOWHERE) return posts.some(({ role }) => OVERSIGHT.includes(role));
    return posts.some((post) => TRACERS.includes(post.role) && reaches(post, where, household));
  }

  /** Conditions that keep a list inside the caller's areas; `undefined` = nothing is shown. */
  within(caller: ReadingCaller): readonly Conditions<'area'>[] | undefined {
    const ofOpenings = caller.openings.filter(({ household }) => household === undefined).map(({ area }) => area);
    const listed = [
      ...readableHouseholds(caller.posts),
      ...caller.openings.flatMap(({ household }) => household ?? []),
    ];
    const conditions = [
      ...this.inAreas([...readableAreas(caller.posts), ...ofOpenings]),
      ...(listed.length === 0 ? [] : [{ id: { in: listed } }]),
    ];
    return conditions.length === 0 ? undefined : conditions;
  }

  /** Conditions on a list's area; whoever has all of the log's counties has what stands outside them too. */
  inAreas(areas: readonly string[]): readonly Conditions<'area'>[] {
    const { own } = this.places.current();
    if (own !== undefined && areas.some((area) => covers(area, own))) return [{}];
    return areas.map((area) => ({ area: { prefix: significant(area) } }));
  }

  /** Where an act counts as done; of the acts of the log itself: nowhere. */
  placeOf(area: string, household?: string): string {
    return area === NOWHERE && !household ? NOWHERE : this.places.current().home(area);
  }

  /** Resolves when a view has folded what the reader wrote (`?atLeast=<position>`). @throws ViewBehind */
  async reached(view: string, position: string | undefined): Promise<void> {
    if (position !== undefined && !(await this.projector.waitFor(position, { view }))) throw new ViewBehind(view);
  }

  /** @throws Forbidden when none of the caller's posts is of these roles */
  mustBe({ posts }: ReadingCaller, ...roles: readonly string[]): void {
    if (!posts.some(({ role }) => roles.includes(role))) throw notPermitted('read');
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
    await this.reads.record({
      at: this.clock.now(),
      actor: caller.subject,
      purpose: caller.purpose,
      view,
      subjects: [...new Set(subjects)],
      ...(post !== undefined && { post }),
      ...(search !== undefined && { terms: [this.keys.keyed('search', search)] }),
      ...(glass !== undefined && { glass }),
    });
  }
}
