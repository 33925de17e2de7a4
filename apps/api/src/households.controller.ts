import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { continuedBy, DERIVED_FIELDS, HouseholdCard, householdCard, householdEvents } from '@domain/household';
import type { Identity } from '@kernel/access';
import { InvalidCommand, NotFound } from '@kernel/commanding';
import { isUuid } from '@kernel/format';
import { Caller } from '@kernel/http';
import type { LedgerBasis } from '@kernel/ledger';
import { changesBetween, foldDocument, knownFacts, stepsOf, type Change, type Condition } from '@kernel/read-models';
import { masked, type OpenedFact } from '@kernel/sourcing';
import { System } from '@standalone/system';
import { ListQuery, MomentQuery } from './queries';
import { Reading, type ReadingCaller } from './reading';

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
    private readonly system: System,
    private readonly reading: Reading,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'List of households in the areas of the caller; `q` finds a household number, a name or an ID number',
  })
  async list(@Caller() identity: Identity, @Query() query: ListQuery, @Headers('x-purpose') purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    await this.reading.reached(householdCard.name, query.atLeast);
    const within = this.reading.within(caller);
    const basis = { log: this.system.log, ...(await this.system.ledger.basis()) };
    if (!within) {
      if (query.q) await this.reading.recorded(caller, 'household-list', [], { search: query.q });
      return { items: [], total: 0, basis };
    }
    const where = conditionsOf(query);
    const any = within.flatMap((area) => searched(query.q).map((one) => ({ ...area, ...one })));
    const page = await this.system.models.find<HouseholdCard>(householdCard.name, {
      where, any, sort: 'householdNo', limit: query.limit ?? 50, ...(query.after !== undefined && { after: query.after }),
    }); // prettier-ignore
    const total = await this.system.models.count(householdCard.name, { where, any });
    const items = page.items.flatMap((card) => this.#row(caller, card));
    await this.reading.recorded(
      caller,
      'household-list',
      page.items.flatMap(({ id, headPerson }) => [id, headPerson]),
      {
        // prettier-ignore
        ...(query.q && { search: query.q }),
      },
    );
    return { items, total, ...(page.next !== undefined && { next: page.next }), basis };
  }

  @Get(':id')
  @ApiOperation({ summary: 'The card now, as of a day, or as it was known at an instant' })
  async card(
    @Caller() identity: Identity,
    @Param('id') id: string,
    @Query() moment: MomentQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { caller, facts } = await this.#history(identity, id, purposeOf(reply));
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
    @Param('id') id: string,
    @Query() moment: MomentQuery,
    @Headers('x-purpose') purpose?: string,
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
    if (!isUuid(id))
      throw new InvalidCommand([{ path: '/id', code: 'isUuid', message: 'must be a UUID in lower case' }]);
    const caller = await this.reading.caller(identity, purpose);
    return { caller, facts: await this.system.histories.read(householdEvents, id) };
  }

  async #basis({ meta: { revision, h } }: OpenedFact): Promise<Basis> {
    return { log: this.system.log, rev: revision, h, ...(await this.system.ledger.basis()) };
  }
}

const personsOf = ({ people }: HouseholdCard): readonly string[] => people.map(({ person }) => person);

const purposeOf = ({ request }: FastifyReply): string | undefined => {
  const purpose = request.headers['x-purpose'];
  return Array.isArray(purpose) ? purpose[0] : purpose;
};

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
    revision, id, type, actor, recordedAt, via, papers, changes, h,
    ...(post !== undefined && { post }),
    ...(validFrom !== undefined && { validFrom }),
    ...(reason !== undefined && { reason }),
    ...(basis !== undefined && { basis }),
    ...(causation !== undefined && { causation }),
  }; // prettier-ignore
};
