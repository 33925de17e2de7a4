import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ProcedureRecords } from '@kernel/accounts';
import { AtLeastQuery, Caller, Id, RecordQuery, type Identity } from '@kernel/http';
import { notices } from './notice';

/** Notices in the areas of the caller. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class NoticesController {
  constructor(@Inject(ProcedureRecords) private readonly records: ProcedureRecords) {}

  @Get('notices')
  @ApiOperation({ summary: 'Notices in the areas of the caller' })
  notices(@Caller() identity: Identity, @Query() query: RecordQuery) {
    return this.records.list(notices, identity, query);
  }

  @Get('notices/:id')
  @ApiOperation({ summary: 'A notice with its households and what its effects were refused for' })
  notice(@Caller() identity: Identity, @Id() id: string, @Query() { atLeast }: AtLeastQuery) {
    return this.records.one(notices, identity, id, atLeast);
  }
}
