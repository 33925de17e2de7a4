import { Caller, type Identity, Purpose } from '@kernel/http';
import { ReadLog, type ReadQuery } from '@kernel/read-log';
import { Reading } from '@kernel/accounts';
import { Controller, Get, Query, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ReadsQuery } from './reads.queries';

const filtersOf = ({ glass, limit, after, from, to, view }: ReadsQuery): ReadQuery => ({
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
    @Inject(ReadLog) private readonly log: ReadLog,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get('reads')
  @ApiOperation({
    summary: 'Who saw whom, by reader, subject, view and days; through a broken glass first, then newest first',
    description: 'For inspectors. Asking is recorded as well.',
  })
  async reads(@Caller() identity: Identity, @Query() query: ReadsQuery, @Purpose() purpose?: string) {
    const caller = await this.reading.caller(identity, purpose ?? 'inspection of the read log');
    this.reading.mustBe(caller, 'inspector');
    const { actor, subject } = query;
    const page = await this.log.list({
      ...filtersOf(query),
      ...(actor !== undefined && { actor }),
      ...(subject !== undefined && { subjects: [subject] }),
    });
    await this.reading.recorded(
      caller,
      'reads',
      [actor, subject].flatMap((id) => id ?? []),
      { always: true },
    );
    return page;
  }
}
