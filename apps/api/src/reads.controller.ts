import { Controller, Get, Headers, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Identity, ReadQuery } from '@kernel/access';
import { Caller } from '@kernel/http';
import { System } from '@standalone/system';
import { ReadsQuery, type ReadersQuery } from './queries';
import { Reading } from './reading';

const filtersOf = ({ glass, limit, after, from, to, view }: ReadersQuery): ReadQuery => ({
  ...(limit !== undefined && { limit }),
  ...(after !== undefined && { after }),
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
  ...(view !== undefined && { view }),
  ...(glass === 'only' && { onlyGlass: true }),
});

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
}
