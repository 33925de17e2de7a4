import { Injectable } from '@nestjs/common';
import {
  MUST_STATE_PURPOSE,
  readableAreas,
  readerOf,
  readingPosts,
  type AccountState,
  type Identity,
  type Post,
} from '@kernel/access';
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

/** What a caller may see, and the record of what they saw. */
@Injectable()
export class Reading {
  constructor(private readonly system: System) {}

  /** @throws Forbidden when the caller holds no post, or must state a purpose and did not */
  async caller({ subject }: Identity, purpose: string | undefined): Promise<ReadingCaller> {
    const { state } = await this.system.commands.state<AccountState>('account', subject);
    const posts = readingPosts(state, this.system.clock.now());
    if (posts.length === 0) throw new Forbidden('access/no-post');
    if (purpose === undefined && posts.some(({ role }) => MUST_STATE_PURPOSE.includes(role)))
      throw new Forbidden('access/purpose-missing');
    return { subject, posts, purpose: purpose ?? 'work' };
  }

  readerOf(caller: ReadingCaller, area: string, helpers: readonly string[] = []): Reader | undefined {
    return readerOf(caller.posts, area, { own: helpers.includes(caller.subject) });
  }

  /** Conditions that keep a list inside the caller's areas; `undefined` = nothing is shown. */
  within(caller: ReadingCaller, field = 'area'): readonly Readonly<Record<string, Condition>>[] | undefined {
    const areas = readableAreas(caller.posts);
    return areas.length === 0 ? undefined : areas.map((prefix) => ({ [field]: { prefix } }));
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
