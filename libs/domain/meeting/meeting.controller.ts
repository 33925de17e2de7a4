import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProcedureRecords } from '@kernel/accounts';
import { AtLeastQuery, Caller, Id, RecordQuery, type Identity } from '@kernel/http';
import { meetings } from './meeting';

/** Meetings in the areas of the caller. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class MeetingsController {
  constructor(@Inject(ProcedureRecords) private readonly records: ProcedureRecords) {}

  @Get('meetings')
  @ApiOperation({ summary: 'Meetings in the areas of the caller' })
  meetings(@Caller() identity: Identity, @Query() query: RecordQuery) {
    return this.records.list(meetings, identity, query);
  }

  @Get('meetings/:id')
  @ApiOperation({ summary: 'A meeting with its votes' })
  meeting(@Caller() identity: Identity, @Id() id: string, @Query() { atLeast }: AtLeastQuery) {
    return this.records.one(meetings, identity, id, atLeast);
  }
}
