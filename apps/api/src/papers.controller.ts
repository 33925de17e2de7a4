import { Readable } from 'node:stream';
import { Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codesOf } from '@domain/codes/contract';
import { paperFeature, PaperSheet } from '@domain/paper';
import { readingPosts, type AccountState, type Identity } from '@kernel/access';
import { Forbidden, NotFound } from '@kernel/commanding';
import { derivedUuid, isUuid } from '@kernel/format';
import { Caller, issuedFrom } from '@kernel/http';
import { masked, opened, openedOr, type Issued } from '@kernel/sourcing';
import { receivePaper } from '@standalone/receive-paper';
import { System } from '@standalone/system';
import { AtLeastQuery } from './queries';
import { Reading } from './reading';
import { drained, uploadOf } from './upload-form';

/** Papers: received once, kept encrypted, named by the steps that rest on them. */
@ApiTags('papers')
@ApiBearerAuth()
@Controller('papers')
export class PapersController {
  constructor(
    private readonly system: System,
    private readonly reading: Reading,
  ) {}

  @Post()
  @ApiOperation({ summary: 'Receive a paper: multipart with `kind` and `file` (the field before the file)' })
  @ApiConsumes('multipart/form-data')
  @ApiBody({
    schema: {
      type: 'object',
      properties: { kind: { enum: [...codesOf('paper')] }, file: { type: 'string', format: 'binary' } },
      example: { kind: 'application', file: '(binary)' },
    },
  })
  async receive(
    @Caller() identity: Identity,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const issued = issuedFrom(request, this.system.clock);
    void reply.header('idempotency-key', issued.cmd);
    const area = await this.#areaOf(identity, issued);
    await this.system.commands.permit('ReceivePaper', area, issued);
    try {
      const { form, file } = await uploadOf(request, area);
      const paper = derivedUuid(issued.cmd, 'paper');
      const received = await receivePaper(this.system, file, { paper, form, issued });
      const { subject, revision, position, sha256, sm3 } = received;
      return { subject, revision, position, sha256, sm3 };
    } catch (error) {
      drained(request);
      throw error;
    }
  }

  @Get(':id')
  @ApiOperation({ summary: 'What is known of a paper' })
  async sheet(
    @Caller() identity: Identity,
    @Param('id') id: string,
    @Query() { atLeast }: AtLeastQuery,
    @Headers('x-purpose') purpose?: string,
  ) {
    await this.reading.reached('papers', atLeast);
    const { sheet, caller, reader } = await this.#readable(identity, id, purpose);
    await this.reading.recorded(caller, 'paper', [id]);
    return masked(PaperSheet, sheet, reader);
  }

  @Get(':id/content')
  @ApiOperation({
    summary: 'The file, decrypted; it is checked as a whole before the first byte leaves',
    description: 'A paper that speaks of many households is opened only to posts whose area covers all of it.',
  })
  async content(@Caller() identity: Identity, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { headers } = reply.request;
    const { sheet, caller, opens } = await this.#readable(identity, id, headers['x-purpose'] as string | undefined);
    if (opens !== 'file') throw opens;
    const file = await this.system.papers.open(id, opened(sheet.sha256));
    await this.reading.recorded(caller, 'paper-content', [id]);
    await reply
      .header('content-type', openedOr(sheet.mime, 'application/octet-stream'))
      .header('content-length', openedOr(sheet.bytes, 0))
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(openedOr(sheet.name, id))}`)
      .send(Readable.from(file));
  }

  async #readable(identity: Identity, id: string, purpose: string | undefined) {
    if (!isUuid(id)) throw new NotFound('record/not-found', { id });
    const caller = await this.reading.caller(identity, purpose);
    const sheet = await this.system.models.get<PaperSheet>('papers', id);
    const seen = sheet && (await this.reading.ofPaper(caller, sheet));
    if (!sheet || !seen) throw new NotFound('record/not-found', { id });
    return { sheet, caller, ...seen };
  }

  /** The area of the post in which a paper is received: the one named, or the first that may. */
  async #areaOf({ subject }: Identity, { post }: Issued): Promise<string> {
    const { state } = await this.system.commands.state<AccountState>('account', subject);
    const posts = readingPosts(state, this.system.clock.now()).filter((one) => (post ?? one.post) === one.post);
    const receiving = posts.find(({ role }) => paperFeature.permissions['ReceivePaper']?.includes(role)) ?? posts[0];
    if (!receiving) throw new Forbidden('access/no-post');
    return receiving.area.padEnd(12, '0');
  }
}
