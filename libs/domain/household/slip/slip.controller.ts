import { Caller, Id, type Identity, Purpose } from '@kernel/http';
import { Histories, NotFound } from '@kernel/commanding';
import { Notary, slipText } from '@kernel/ledger';
import { Areas } from '@domain/area/contract';
import { Reading } from '@kernel/accounts';
import { Controller, Get, Res, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { householdCard } from '../card/household-card.projection';
import { householdEvents } from '../household.events';
import { type HouseholdCard } from '../card/card';
import { streamId } from '@kernel/format';
import { foldDocument } from '@kernel/read-models';
import { slipSheet } from './slip-sheet';

/** What a household takes home after a decision. */
@ApiTags('households')
@ApiBearerAuth()
@Controller('households')
export class SlipController {
  constructor(
    @Inject(Histories) private readonly histories: Histories,
    @Inject(Notary) private readonly notary: Notary,
    @Inject(Areas) private readonly areas: Areas,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get(':id/slip')
  @ApiOperation({
    summary: 'A slip of A6 for the household: its newest event, and the checkpoint that holds it, as QR code',
  })
  @ApiProduces('image/svg+xml')
  async slip(
    @Caller() identity: Identity,
    @Id() id: string,
    @Res() reply: FastifyReply,
    @Purpose() purpose?: string,
  ): Promise<void> {
    const caller = await this.reading.caller(identity, purpose);
    const facts = await this.histories.read(householdEvents, id);
    const card = foldDocument<HouseholdCard>(householdCard, facts);
    const last = facts.at(-1);
    if (!card || !last || !this.reading.readerOf(caller, card.area, card))
      throw new NotFound('record/not-found', { id });
    const { origin, size, root } = await this.notary.checkpoint();
    const { revision, h, type, recordedAt } = last.meta;
    const text = slipText({
      origin,
      sid: streamId(this.histories.log, `household-${id}`),
      revision,
      h,
      size,
      root: root.toString('hex'),
    });
    await this.reading.recorded(caller, 'household-slip', [id]);
    const village = (await this.areas.refresh()).name(card.area) ?? card.area;
    void reply.header('cache-control', 'no-store').type('image/svg+xml; charset=utf-8');
    void reply.send(slipSheet({ text, id, village, type, recordedAt, revision, h, size }));
  }
}
