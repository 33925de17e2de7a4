import { Readable } from 'node:stream';
import { Controller, Get, Inject, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codesOf } from '@domain/code-lists/contract';
import { Reading, readingPosts, type AccountState } from '@kernel/accounts';
import { Clock, Commands, Forbidden, Histories, NotFound } from '@kernel/commanding';
import { derivedUuid } from '@kernel/format';
import { AtLeastQuery, Caller, Id, issuedFrom, Purpose, type Identity } from '@kernel/http';
import { ReadModels } from '@kernel/read-models';
import { masked, opened, openedOr, type CommandMeta } from '@kernel/sourcing';
import { paperFeature, papers, PaperSheet } from './paper';
import { PaperFiles } from './paper-files';
import { PaperReading } from './paper-reading';
import { receivePaper } from './receive-paper';
import { drained, uploadOf } from './upload-form';

/** Papers: received once, kept encrypted, named by the steps that rest on them. */
@ApiTags('papers')
@ApiBearerAuth()
@Controller('papers')
export class PapersController {
  @Inject(ReadModels) private readonly models!: ReadModels;
  @Inject(Commands) private readonly commands!: Commands;
  @Inject(Histories) private readonly histories!: Histories;
  @Inject(Clock) private readonly clock!: Clock;
  @Inject(PaperFiles) private readonly papers!: PaperFiles;
  @Inject(PaperReading) private readonly seen!: PaperReading;
  @Inject(Reading) private readonly reading!: Reading;

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
    const issued = issuedFrom(request, this.clock);
    void reply.header('idempotency-key', issued.cmd);
    const area = await this.#areaOf(identity, issued);
    await this.commands.permit('ReceivePaper', area, issued);
    try {
      const { form, file } = await uploadOf(request, area);
      const paper = derivedUuid(issued.cmd, 'paper');
      const received = await receivePaper(
        { papers: this.papers, commands: this.commands, histories: this.histories },
        file,
        { paper, form, issued },
      );
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
    @Id() id: string,
    @Query() { atLeast }: AtLeastQuery,
    @Purpose() purpose?: string,
  ) {
    await this.reading.reached(papers.name, atLeast);
    const { sheet, caller, reader } = await this.#readable(identity, id, purpose);
    await this.reading.recorded(caller, 'paper', [id]);
    return masked(PaperSheet, sheet, reader);
  }

  @Get(':id/content')
  @ApiOperation({
    summary: 'The file, decrypted; it is checked as a whole before the first byte leaves',
    description: 'A paper that speaks of many households is opened only to posts whose area covers all of it.',
  })
  async content(
    @Caller() identity: Identity,
    @Id() id: string,
    @Res() reply: FastifyReply,
    @Purpose() purpose?: string,
  ): Promise<void> {
    const { sheet, caller, opens } = await this.#readable(identity, id, purpose);
    if (opens !== 'file') throw opens;
    const file = await this.papers.open(id, opened(sheet.sha256));
    await this.reading.recorded(caller, 'paper-content', [id]);
    await reply
      .header('content-type', openedOr(sheet.mime, 'application/octet-stream'))
      .header('content-length', openedOr(sheet.bytes, 0))
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(openedOr(sheet.name, id))}`)
      .send(Readable.from(file));
  }

  async #readable(identity: Identity, id: string, purpose: string | undefined) {
    const caller = await this.reading.caller(identity, purpose);
    const sheet = await this.models.get(papers, id);
    const seen = sheet && (await this.seen.of(caller, sheet));
    if (!sheet || !seen) throw new NotFound('record/not-found', { id });
    return { sheet, caller, ...seen };
  }

  /** The area of the post in which a paper is received: the one named, or the first that may. */
  async #areaOf({ subject }: Identity, { post }: CommandMeta): Promise<string> {
    const { state } = await this.commands.state<AccountState>('account', subject);
    const posts = readingPosts(state, this.clock.now()).filter((one) => (post ?? one.post) === one.post);
    const receiving = posts.find(({ role }) => paperFeature.permissions.ReceivePaper.includes(role)) ?? posts[0];
    if (!receiving) throw new Forbidden('access/no-post');
    return receiving.area.padEnd(12, '0');
  }
}
