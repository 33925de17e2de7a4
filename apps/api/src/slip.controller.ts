import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { householdCard, householdEvents, type HouseholdCard } from '@domain/household';
import { Caller, type Identity } from '@kernel/http';
import { InvalidCommand, NotFound } from '@kernel/commanding';
import { isUuid, streamId } from '@kernel/format';
import { slipText } from '@kernel/ledger';
import { foldDocument } from '@kernel/read-models';
import { System } from '@system/system';
import { Reading } from './reading';
import { slipSheet } from './slip-sheet';

/** What a household takes home after a decision. */
@ApiTags('households')
@ApiBearerAuth()
@Controller('households')
export class SlipController {
  constructor(
    private readonly system: System,
    private readonly reading: Reading,
  ) {}

  @Get(':id/slip')
  @ApiOperation({
    summary: 'A slip of A6 for the household: its newest event, and the checkpoint that holds it, as QR code',
  })
  @ApiProduces('image/svg+xml')
  async slip(
    @Caller() identity: Identity,
    @Param('id') id: string,
    @Res() reply: FastifyReply,
    @Headers('x-purpose') purpose?: string,
  ): Promise<void> {
    if (!isUuid(id)) throw new InvalidCommand([{ path: '/id', code: 'isUuid', message: 'must be a UUID in lower case' }]); // prettier-ignore
    const caller = await this.reading.caller(identity, purpose);
    const facts = await this.system.histories.read(householdEvents, id);
    const card = foldDocument<HouseholdCard>(householdCard, facts);
    const last = facts.at(-1);
    if (!card || !last || !this.reading.readerOf(caller, card.area, card))
      throw new NotFound('record/not-found', { id });
    const { origin, size, root } = await this.system.notary.checkpoint();
    const { revision, h, type, recordedAt } = last.meta;
    const text = slipText({ origin, sid: streamId(this.system.log, `household-${id}`), revision, h, size, root: root.toString('hex') }); // prettier-ignore
    await this.reading.recorded(caller, 'household-slip', [id]);
    const village = (await this.system.directory()).name(card.area) ?? card.area;
    void reply.header('cache-control', 'no-store').type('image/svg+xml; charset=utf-8');
    void reply.send(slipSheet({ text, id, village, type, recordedAt, revision, h, size }));
  }
}
