import { Controller, Get, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Areas } from '@domain/area/contract';
import { notices, postableSheet } from '@domain/notice/contract';
import { ProcedureRecords, Reading } from '@kernel/accounts';
import { Caller, Id, Purpose, type Identity } from '@kernel/http';
import { ReadModels } from '@kernel/read-models';
import { openedOr } from '@kernel/sourcing';
import { householdCard } from './card/household-card.projection';

/** The list of a notice as it may hang in public. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class NoticeSheetController {
  constructor(
    @Inject(ProcedureRecords) private readonly records: ProcedureRecords,
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Areas) private readonly areas: Areas,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get('notices/:id/sheet')
  @ApiOperation({ summary: 'The masked list for posting: checked, so that it holds nothing that may not be shown' })
  async sheet(@Caller() identity: Identity, @Id() id: string, @Purpose() purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    const notice = await this.records.one(notices, identity, id);
    const cards = await Promise.all(notice.households.map((one) => this.models.get(householdCard, one)));
    const directory = await this.areas.refresh();
    const rows = cards.flatMap((card) =>
      card
        ? [
            {
              head: openedOr(card.head ?? '', ''),
              village: directory.name(card.area) ?? card.area,
              members: card.members,
            },
          ]
        : [],
    );
    const lines = postableSheet(rows);
    await this.reading.recorded(caller, 'notice-sheet', notice.households);
    return { kind: notice.kind, area: notice.area, days: notice.days, lines };
  }
}
