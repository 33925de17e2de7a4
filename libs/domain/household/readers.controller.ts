import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { People, Reading } from '@kernel/accounts';
import { Forbidden, NotFound } from '@kernel/commanding';
import { Caller, DaysQuery, Id, Purpose, type Identity } from '@kernel/http';
import { readersOf, ReadLog } from '@kernel/read-log';
import { ReadModels } from '@kernel/read-models';
import { householdCard } from './card/household-card.projection';

/** Roles that tell a household who looked. */
const TELLERS: readonly string[] = ['village', 'township', 'county', 'inspector', 'dispute-handler'];

/** Who looked at a household or person, to tell them. */
@ApiTags('reads')
@ApiBearerAuth()
@Controller()
export class ReadersController {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(ReadLog) private readonly reads: ReadLog,
    @Inject(People) private readonly people: People,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get('households/:id/readers')
  @ApiOperation({
    summary: 'Who looked at this household: one line a reader, those through a broken glass first',
    description: 'For the officials of its area, inspectors and dispute-handlers, to tell the household.',
  })
  async readers(
    @Caller() identity: Identity,
    @Id() id: string,
    @Query() { from, to }: DaysQuery,
    @Purpose() purpose?: string,
  ) {
    return this.#readers(identity, [id, id], { from, to, purpose });
  }

  @Get('households/:id/persons/:person/readers')
  @ApiOperation({ summary: 'Who looked at this member, in this household and any before' })
  async readersOfPerson(
    @Caller() identity: Identity,
    @Id() id: string,
    @Id('person') person: string,
    @Query() { from, to }: DaysQuery,
    @Purpose() purpose?: string,
  ) {
    return this.#readers(identity, [id, person], { from, to, purpose });
  }

  async #readers(
    identity: Identity,
    [id, subject]: readonly [household: string, subject: string],
    { from, to, purpose }: DaysQuery & { readonly purpose: string | undefined },
  ) {
    const caller = await this.reading.caller(identity, purpose);
    const card = await this.models.get(householdCard, id);
    if (!card || !this.reading.readerOf(caller, card.area, card)) throw new NotFound('record/not-found', { id });
    if (subject !== id && !card.people.some(({ person }) => person === subject))
      throw new NotFound('record/not-found', { id: subject });
    if (!caller.posts.some(({ role }) => TELLERS.includes(role)))
      throw new Forbidden('access/not-permitted', { command: 'readers' });
    const days = { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
    const items = await readersOf(this.reads, { subjects: [subject], ...days });
    await this.reading.recorded(caller, 'readers', [id, subject]);
    return { subject, items, people: await this.people.of(items) };
  }
}
