import { Caller, Id, type Identity, Purpose } from '@kernel/http';
import { EventStore } from '@kernel/event-store';
import { foldDocument, knownFacts, ReadModels } from '@kernel/read-models';
import { Histories, InvalidCommand, NotFound } from '@kernel/commanding';
import { type TracedEvent, type TraceOptions, Tracing } from './tracing';
import { householdIn, People, Reading, type ReadingCaller } from '@kernel/accounts';
import { Controller, Get, Query, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { HouseholdCard, householdCard, householdEvents } from '@domain/household/contract';
import { blame, fieldHistory } from '../blame/blame';
import { resolve, TRACEABLE } from './questions';
import { type Basis } from './basis';
import { isUuid } from '@kernel/format';
import { masked, type OpenedFact, type Reader } from '@kernel/sourcing';
import { BlameQuery, TraceQuery } from '../inspection.queries';

const QUESTIONS = ['stream', 'household', ...TRACEABLE] as const;
type Question = (typeof QUESTIONS)[number];

interface Asked {
  readonly what: Question;
  readonly value: string;
}

interface SeenHousehold {
  readonly caller: ReadingCaller;
  readonly facts: readonly OpenedFact[];
  readonly reader: Reader;
  readonly basis: Basis;
}

const HOUSEHOLD = 'household-';

/** The inspector's questions: who did what, on which paper, by which rule, and what came of it. */
@ApiTags('inspection')
@ApiBearerAuth()
@Controller()
export class TraceController {
  @Inject(EventStore) private readonly store!: EventStore;
  @Inject(ReadModels) private readonly models!: ReadModels;
  @Inject(Histories) private readonly histories!: Histories;
  @Inject(Tracing) private readonly tracing!: Tracing;
  @Inject(People) private readonly people!: People;
  @Inject(Reading) private readonly reading!: Reading;

  @Get('trace')
  @ApiOperation({
    summary:
      'Events of a record, a field of a card, an actor, a paper (by id or hash), a batch, or a rule; the ' +
      'same `treeSize` gives the same answer',
  })
  async trace(@Caller() identity: Identity, @Query() query: TraceQuery, @Purpose() purpose?: string) {
    const asked = questionOf(query);
    if (asked.what === 'household') return this.#fields(identity, asked.value, query, purpose);
    const caller = await this.reading.caller(identity, purpose);
    if (!asked.value.startsWith(HOUSEHOLD)) this.reading.mustTrace(caller, 'trace');
    const answer = await this.#answer(identity, caller, asked, query);
    const subjects = [
      ...answer.items.map(({ stream }) => subjectOf(stream)),
      ...(isUuid(asked.value) ? [asked.value] : []),
    ];
    await this.reading.recorded(caller, `trace-${asked.what}`, [...new Set(subjects)]);
    return { ...asked, ...answer, people: await this.people.of(answer.items) };
  }

  @Get('households/:id/blame')
  @ApiOperation({ summary: 'The card, and for every field the event that set it last: by whom, on which paper, when' })
  async blame(
    @Caller() identity: Identity,
    @Id() id: string,
    @Query() { asOf, knownAt, treeSize }: BlameQuery,
    @Purpose() purpose?: string,
  ) {
    const { caller, facts, reader, basis } = await this.#household(identity, id, { purpose, treeSize });
    const moment = { ...(asOf !== undefined && { asOf }), ...(knownAt !== undefined && { knownAt }) };
    const fields = blame(facts, moment, (card) => masked(HouseholdCard, card, reader));
    if (fields.length === 0) throw new NotFound('record/not-found', { id });
    await this.reading.recorded(caller, 'household-blame', [id]);
    const people = await this.people.of(fields.map(({ set }) => set));
    return { household: id, ...moment, fields, people, basis };
  }

  async #fields(identity: Identity, id: string, { field, treeSize }: TraceQuery, purpose: string | undefined) {
    const { caller, facts, reader, basis } = await this.#household(identity, id, { purpose, treeSize });
    const items = fieldHistory(facts, field, (card) => masked(HouseholdCard, card, reader));
    await this.reading.recorded(caller, 'trace-household', [id]);
    return {
      what: 'household',
      value: id,
      ...(field !== undefined && { field }),
      items,
      people: await this.people.of(items),
      basis,
    };
  }

  async #answer(identity: Identity, caller: ReadingCaller, { what, value }: Asked, query: TraceQuery) {
    const options = this.#options(caller, query);
    if (what !== 'stream' && what !== 'household') {
      const { wanted, of } = await resolve({ store: this.store, models: this.models }, what, value);
      const answer = await this.tracing.find(wanted, options);
      return { of, ...answer };
    }
    if (!value.startsWith(HOUSEHOLD)) return this.tracing.record(value, options);
    await this.#household(identity, subjectOf(value), { purpose: caller.purpose });
    return this.tracing.record(value, { ...options, visible: () => true });
  }

  #options(caller: ReadingCaller, { treeSize, limit, after }: TraceQuery): TraceOptions {
    const visible = ({ area, stream }: TracedEvent): boolean => this.reading.sees(caller, area, householdIn(stream));
    return {
      visible,
      ...(treeSize !== undefined && { treeSize }),
      ...(limit !== undefined && { limit }),
      ...(after !== undefined && { after }),
    };
  }

  /** A household's opened history up to a size of the log, for whoever may read its card today. */
  async #household(
    identity: Identity,
    id: string,
    { purpose, treeSize }: { readonly purpose: string | undefined; readonly treeSize?: number | undefined },
  ): Promise<SeenHousehold> {
    if (!isUuid(id)) throw new InvalidCommand([{ path: '/household', code: 'isUuid', message: 'must be a UUID' }]);
    const caller = await this.reading.caller(identity, purpose);
    const facts = await this.histories.read(householdEvents, id);
    const card = foldDocument<HouseholdCard>(householdCard, knownFacts(facts, {}));
    const reader = card && this.reading.readerOf(caller, card.area, card);
    if (!reader) throw new NotFound('record/not-found', { id });
    const basis = await this.tracing.basis(treeSize);
    const known = await this.tracing.revisionsAt(`${HOUSEHOLD}${id}`, basis.treeSize);
    return { caller, reader, basis, facts: facts.slice(0, known) };
  }
}

const subjectOf = (stream: string): string => stream.slice(stream.indexOf('-') + 1);

const questionOf = (query: TraceQuery): Asked => {
  const asked = QUESTIONS.flatMap((what) => (query[what] === undefined ? [] : [{ what, value: query[what] }]));
  const [only] = asked;
  if (!only || asked.length > 1)
    throw new InvalidCommand([
      { path: '', code: 'question', message: `ask for exactly one of ${QUESTIONS.join(', ')}` },
    ]);
  if (query.field !== undefined && only.what !== 'household')
    throw new InvalidCommand([{ path: '/field', code: 'question', message: 'belongs to household' }]);
  return only;
};
