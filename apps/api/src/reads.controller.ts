import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { householdCard, type HouseholdCard } from '@domain/household';
import { readersOf, type ReadQuery } from '@kernel/read-log';
import { Caller, type Identity } from '@kernel/http';
import { Forbidden, NotFound } from '@kernel/commanding';
import { System } from '@system/system';
import { DaysQuery, ReadsQuery } from './queries';
import { peopleOf } from './people';
import { Reading } from './reading';

const filtersOf = ({ glass, limit, after, from, to, view }: ReadsQuery): ReadQuery => ({
  ...(limit !== undefined && { limit }),
  ...(after !== undefined && { after }),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  ...(view !== undefined && { view }),
  ...(glass === 'only' && { onlyGlass: true }),
});

/** Roles that tell a household who looked. */
const TELLERS: readonly string[] = ['village', 'township', 'county', 'inspector', 'dispute-handler'];

/** Who saw whom. */
@ApiTags('reads')
@ApiBearerAuth()
@Controller()
export class ReadsController {
  constructor(
    private readonly system: System,
    private readonly reading: Reading,
  ) {}

  @Get('reads')
  @ApiOperation({
    summary: 'Who saw whom, by reader, subject, view and days; through a broken glass first, then newest first',
    description: 'For inspectors. Asking is recorded as well.',
  })
  async reads(@Caller() identity: Identity, @Query() query: ReadsQuery, @Headers('x-purpose') purpose?: string) {
    const caller = await this.reading.caller(identity, purpose ?? 'inspection of the read log');
    this.reading.mustBe(caller, 'inspector');
    const { actor, subject } = query;
    const page = await this.system.reads.list({
      ...filtersOf(query),
      ...(actor !== undefined && { actor }),
      ...(subject !== undefined && { subjects: [subject] }),
    });
    await this.reading.recorded(caller, 'reads', [actor, subject].flatMap((id) => id ?? []), { always: true }); // prettier-ignore
    return page;
  }

  @Get('households/:id/readers')
  @ApiOperation({
    summary: 'Who looked at this household: one line a reader, those through a broken glass first',
    description: 'For the officials of its area, inspectors and dispute-handlers, to tell the household.',
  })
  async readers(
    @Caller() identity: Identity,
    @Param('id') id: string,
    @Query() { from, to }: DaysQuery,
    @Headers('x-purpose') purpose?: string,
  ) {
    return this.#readers(identity, [id, id], { from, to, purpose });
  }

  @Get('households/:id/persons/:person/readers')
  @ApiOperation({ summary: 'Who looked at this member, in this household and any before' })
  async readersOfPerson(
    @Caller() identity: Identity,
    @Param('id') id: string,
    @Param('person') person: string,
    @Query() { from, to }: DaysQuery,
    @Headers('x-purpose') purpose?: string,
  ) {
    return this.#readers(identity, [id, person], { from, to, purpose });
  }

  async #readers(
    identity: Identity,
    [id, subject]: readonly [household: string, subject: string],
    { from, to, purpose }: DaysQuery & { readonly purpose: string | undefined },
  ) {
    const caller = await this.reading.caller(identity, purpose);
    const card = await this.system.models.get<HouseholdCard>(householdCard.name, id);
    if (!card || !this.reading.readerOf(caller, card.area, card)) throw new NotFound('record/not-found', { id });
    if (subject !== id && !card.people.some(({ person }) => person === subject))
      throw new NotFound('record/not-found', { id: subject });
    if (!caller.posts.some(({ role }) => TELLERS.includes(role)))
      throw new Forbidden('access/not-permitted', { command: 'readers' });
    const days = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const items = await readersOf(this.system.reads, { subjects: [subject], ...days });
    await this.reading.recorded(caller, 'readers', [id, subject]);
    return { subject, items, people: await peopleOf(this.system, items) };
  }
}
