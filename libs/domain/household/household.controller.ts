import { Caller, Id, type Identity, MomentQuery, Purpose } from '@kernel/http';
import {
  type Change,
  changesBetween,
  type Condition,
  foldDocument,
  knownFacts,
  ReadModels,
  stepsOf,
} from '@kernel/read-models';
import { Histories, NotFound } from '@kernel/commanding';
import { Ledger, type LedgerBasis } from '@kernel/ledger';
import { Reading, type ReadingCaller } from '@kernel/accounts';
import { Controller, Get, Query, Res, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DERIVED_FIELDS, HouseholdCard } from './card/card';
import { householdCard } from './card/household-card.projection';
import { continuedBy } from './continued';
import { householdEvents } from './household.events';
import { masked, type OpenedFact } from '@kernel/sourcing';
import { ListQuery } from './household.queries';

/** What an answer rests on: the event, and the newest checkpoint of the ledger. */
interface Basis extends Partial<LedgerBasis> {
  readonly log: string;
  readonly rev: number;
  readonly h: string;
}

/** Cards and histories of households: what is, what was, and what was known. */
@ApiTags('households')
@ApiBearerAuth()
@Controller('households')
export class HouseholdsController {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Histories) private readonly histories: Histories,
    @Inject(Ledger) private readonly ledger: Ledger,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List of households in the areas of the caller; `q` finds a household number, a name or an ID number',
  })
  async list(@Caller() identity: Identity, @Query() query: ListQuery, @Purpose() purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    await this.reading.reached(householdCard.name, query.atLeast);
    const within = this.reading.within(caller);
    const basis = { log: this.histories.log, ...(await this.ledger.basis()) };
    if (!within) {
      if (query.q) await this.reading.recorded(caller, 'household-list', [], { search: query.q });
      return { items: [], total: 0, basis };
    }
    const where = conditionsOf(query);
    const any = within.flatMap((area) => searched(query.q).map((one) => ({ ...area, ...one })));
    const page = await this.models.find(householdCard, {
      where,
      any,
      sort: 'householdNo',
      limit: query.limit ?? 50,
      ...(query.after !== undefined && { after: query.after }),
    });
    const total = await this.models.count(householdCard, { where, any });
    const items = page.items.flatMap((card) => this.#row(caller, card));
    await this.reading.recorded(
      caller,
      'household-list',
      page.items.flatMap(({ id, headPerson }) => [id, headPerson]),
      {
        ...(query.q && { search: query.q }),
      },
    );
    return { items, total, ...(page.next !== undefined && { next: page.next }), basis };
  }

  @Get(':id')
  @ApiOperation({ summary: 'The card now, as of a day, or as it was known at an instant' })
  async card(
    @Caller() identity: Identity,
    @Id() id: string,
    @Query() moment: MomentQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Purpose() purpose?: string,
  ) {
    const { caller, facts } = await this.#history(identity, id, purpose);
    const now = knownFacts(facts, momentOf(moment));
    const card = foldDocument<HouseholdCard>(householdCard, now);
    const last = facts.filter(({ meta }) => moment.knownAt === undefined || meta.recordedAt <= moment.knownAt).at(-1);
    const reader = card && this.reading.readerOf(caller, card.area, card);
    if (!card || !last || !reader) throw new NotFound('record/not-found', { id });
    await this.reading.recorded(caller, 'household-card', [id, ...personsOf(card)]);
    void reply.header('etag', `"${String(last.meta.revision)}"`);
    return { ...masked(HouseholdCard, card, reader), basis: await this.#basis(last) };
  }

  @Get(':id/history')
  @ApiOperation({ summary: 'Every event in order: by whom, in which post, when, on which paper, and what it changed' })
  async history(
    @Caller() identity: Identity,
    @Id() id: string,
    @Query() moment: MomentQuery,
    @Purpose() purpose?: string,
  ) {
    const { caller, facts } = await this.#history(identity, id, purpose);
    const known = facts.filter(({ meta }) => moment.knownAt === undefined || meta.recordedAt <= moment.knownAt);
    const steps = stepsOf(householdCard, known);
    const card = steps.at(-1)?.after as HouseholdCard | undefined;
    const reader = card && this.reading.readerOf(caller, card.area, card);
    const last = known.at(-1);
    if (!card || !reader || !last) throw new NotFound('record/not-found', { id });
    await this.reading.recorded(caller, 'household-history', [id, ...personsOf(card)]);
    const seen = (document: object | undefined) => document && masked(HouseholdCard, document, reader);
    return {
      items: steps.map(({ fact, before, after }) =>
        itemOf(
          fact,
          continuedBy(fact, known),
          changesBetween(seen(before), seen(after)).filter(
            ({ field }) => !DERIVED_FIELDS.has(field.split('.')[0] ?? ''),
          ),
        ),
      ),
      basis: await this.#basis(last),
    };
  }

  #row(caller: ReadingCaller, card: HouseholdCard): readonly object[] {
    const reader = this.reading.readerOf(caller, card.area, card);
    if (!reader) return [];
    const { id, householdNo, head, area, status, members, stage, exitStage, registeredOn } = masked(
      HouseholdCard,
      card,
      reader,
    ) as HouseholdCard;
    return [{ id, householdNo, head, area, status, members, stage, exitStage, registeredOn }];
  }

  async #history(
    identity: Identity,
    id: string,
    purpose: string | undefined,
  ): Promise<{ caller: ReadingCaller; facts: readonly OpenedFact[] }> {
    const caller = await this.reading.caller(identity, purpose);
    return { caller, facts: await this.histories.read(householdEvents, id) };
  }

  async #basis({ meta: { revision, h } }: OpenedFact): Promise<Basis> {
    return { log: this.histories.log, rev: revision, h, ...(await this.ledger.basis()) };
  }
}

const personsOf = ({ people }: HouseholdCard): readonly string[] => people.map(({ person }) => person);

const momentOf = ({ asOf, knownAt }: MomentQuery) => ({
  ...(asOf !== undefined && { asOf }),
  ...(knownAt !== undefined && { knownAt }),
});

const conditionsOf = ({ area, status }: ListQuery): Readonly<Record<string, Condition>> => ({
  ...(area !== undefined && { area: { prefix: area.length === 12 ? area.replace(/0{3}$/, '') : area } }),
  ...(status !== undefined && { status }),
});

const searched = (q: string | undefined): readonly Readonly<Record<string, Condition>>[] =>
  q === undefined || q === ''
    ? [{}]
    : [{ householdNo: { prefix: q } }, { names: q }, { idNumbers: q }, { head: { contains: q } }];

const itemOf = ({ meta }: OpenedFact, { data }: OpenedFact, changes: readonly Change[]) => {
  const { id, revision, type, actor, post, recordedAt, validFrom, reason, basis, causation, via, h } = meta;
  const { papers = [] } = data as { papers?: readonly string[] };
  return {
    revision,
    id,
    type,
    actor,
    recordedAt,
    via,
    papers,
    changes,
    h,
    ...(post !== undefined && { post }),
    ...(validFrom !== undefined && { validFrom }),
    ...(reason !== undefined && { reason }),
    ...(basis !== undefined && { basis }),
    ...(causation !== undefined && { causation }),
  };
};
