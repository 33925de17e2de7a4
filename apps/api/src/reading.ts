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
  significant,
  type AccountState,
  type Identity,
  type Post,
} from '@kernel/access';
import { openGlasses, type GlassSheet } from '@domain/glass';
import { actsOn, speaksOfOthers, type TracedEvent } from '@domain/inspection';
import type { PaperSheet } from '@domain/paper';
import { Forbidden, InvalidCommand } from '@kernel/commanding';
import { ViewBehind, type Condition } from '@kernel/read-models';
import type { Reader } from '@kernel/sourcing';
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

/** Their view of a paper's sheet, and whether its file is opened to them: if not, why. */
export interface PaperReading {
  readonly reader: Reader;
  readonly opens: 'file' | Forbidden;
}

const EVERYTHING: Reader = { opens: () => true, mask: () => undefined };

const HASHES: readonly string[] = ['sha256', 'sm3'];

/** Of what a paper's sheet says of its file the hashes alone: its name may name others. */
const onlyHashes = ({ opens }: Reader): Reader => ({
  opens: () => false,
  mask: (value, of, field) => (opens(of) && HASHES.includes(field) ? value : undefined),
});

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
  readerOf(caller: ReadingCaller, area: string, card?: Readable): Reader | undefined {
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

  /**
   * What they see of a paper: all that their post shows in an area that covers the paper's own. An inspector sees the sheet of
   * one received elsewhere when an act within the scope rests on it; its file too when no other act does.
   */
  async ofPaper(caller: ReadingCaller, { id, kind, area }: PaperSheet): Promise<PaperReading | undefined> {
    const here = this.readerOf(caller, area);
    if (here) return { reader: here, opens: here.opens('paper') ? 'file' : notPermitted('paper') };
    const inspecting = caller.posts.filter(({ role }) => role === 'inspector');
    if (inspecting.length === 0) return undefined;
    const within = (act: TracedEvent): boolean =>
      inspecting.some((post) => reaches(post, act.area, householdIn(act.stream)));
    const { items } = await this.system.tracing.find(actsOn(id), { limit: 1, visible: within });
    const [act] = items;
    const reader = act && readerOf(inspecting, act.area, { household: householdIn(act.stream) });
    if (!reader) return undefined;
    const ofOthers = await speaksOfOthers(this.system.tracing, { id, kind }, { within });
    return ofOthers ? { reader: onlyHashes(reader), opens: new Forbidden('paper/of-many') } : { reader, opens: 'file' };
  }

  /** @throws Forbidden for a caller in no post that asks such questions */
  mustTrace({ posts }: ReadingCaller, command: string): void {
    if (!posts.some(({ role }) => TRACERS.includes(role))) throw notPermitted(command);
  }

  /** Whether an act in an area may be shown, personal values apart; acts of the log itself are for oversight. */
  sees({ posts }: ReadingCaller, area: string, household?: string): boolean {
    if (area === NOWHERE) return posts.some(({ role }) => OVERSIGHT.includes(role));
    return posts.some((post) => TRACERS.includes(post.role) && reaches(post, area, household));
  }

  /** Conditions that keep a list inside the caller's areas; `undefined` = nothing is shown. */
  within(caller: ReadingCaller, field = 'area'): readonly Readonly<Record<string, Condition>>[] | undefined {
    const ofGlass = caller.glasses
      .filter(({ household }) => household === undefined)
      .map(({ area }) => significant(area));
    const listed = [...readableHouseholds(caller.posts), ...caller.glasses.flatMap(({ household }) => household ?? [])];
    const conditions = [
      ...[...readableAreas(caller.posts), ...ofGlass].map((prefix) => ({ [field]: { prefix } })),
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
