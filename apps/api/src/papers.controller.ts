import { Readable } from 'node:stream';
import type { Multipart } from '@fastify/multipart';
import { Controller, Get, Headers, Param, Post, Query, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codesOf } from '@domain/code-lists/contract';
import { PaperSheet } from '@domain/paper';
import { readingPosts, type AccountState } from '@kernel/accounts';
import { Caller, type Identity, issuedFrom } from '@kernel/http';
import { Forbidden, InvalidCommand, NotFound, send } from '@kernel/commanding';
import { derivedUuid, isUuid } from '@kernel/format';
import { masked, openedOr } from '@kernel/sourcing';
import { System } from '@system/system';
import { AtLeastQuery } from './queries';
import { Reading } from './reading';

const MIMES = [
  'application/pdf',
  'image/jpeg',
  'image/png',
  'image/tiff',
  'text/plain',
  'text/csv',
  'application/zip',
  'application/ofd',
];

/** Papers: received once, kept encrypted, named by the steps that rest on them. */
@ApiTags('papers')
@ApiBearerAuth()
@Controller('papers')
export class PapersController {
  constructor(
    private readonly system: System,
    private readonly reading: Reading,
    private readonly bus: CommandBus,
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
    const { kind, file, name, mime } = await fieldsOf(request);
    const area = await this.#areaOf(identity);
    const paper = derivedUuid(issued.cmd, 'paper');
    const known = await this.system.models.get<PaperSheet>('papers', paper);
    const stored = known
      ? { bytes: known.bytes, sha256: known.sha256, sm3: known.sm3 }
      : await this.system.papers.store(paper, file);
    if (known) file.resume();
    const receipt = await send(this.bus, ['paper', 'ReceivePaper'], paper, {
      body: { kind, area, mime, name, ...stored },
      issued,
    });
    void reply.header('idempotency-key', issued.cmd);
    const { subject, revision, position } = receipt;
    return { subject, revision, position, sha256: stored.sha256, sm3: stored.sm3 };
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
  @ApiOperation({ summary: 'The file, decrypted and checked chunk by chunk' })
  async content(@Caller() identity: Identity, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const { headers } = reply.request;
    const { sheet, caller, reader } = await this.#readable(identity, id, headers['x-purpose'] as string | undefined);
    if (!reader.opens('paper')) throw new Forbidden('access/not-permitted', { command: 'paper' });
    await this.reading.recorded(caller, 'paper-content', [id]);
    await reply
      .header('content-type', openedOr(sheet.mime, 'application/octet-stream'))
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(openedOr(sheet.name, id))}`)
      .send(Readable.from(this.system.papers.read(id)));
  }

  async #readable(identity: Identity, id: string, purpose: string | undefined) {
    if (!isUuid(id)) throw new NotFound('record/not-found', { id });
    const caller = await this.reading.caller(identity, purpose);
    const sheet = await this.system.models.get<PaperSheet>('papers', id);
    const reader =
      sheet && (this.reading.readerOf(caller, sheet.area) ?? (await this.reading.readerOfPaper(caller, id)));
    if (!sheet || !reader) throw new NotFound('record/not-found', { id });
    return { sheet, caller, reader };
  }

  async #areaOf({ subject }: Identity): Promise<string> {
    const { state } = await this.system.commands.state<AccountState>('account', subject);
    const [post] = readingPosts(state, this.system.clock.now());
    if (!post) throw new Forbidden('access/no-post');
    return post.area.padEnd(12, '0');
  }
}

const invalid = (path: string, message: string): InvalidCommand =>
  new InvalidCommand([{ path, code: 'multipart', message }]);

const fieldsOf = async (request: FastifyRequest) => {
  if (!request.isMultipart()) throw invalid('', 'must be multipart/form-data with the fields kind and file');
  const part: (Multipart & { type: 'file' }) | undefined = await request.file();
  if (!part) throw invalid('/file', 'is missing');
  const field = part.fields['kind'];
  const kind = field && !Array.isArray(field) && field.type === 'field' ? String(field.value) : '';
  if (!codesOf('paper').includes(kind))
    throw invalid('/kind', `must come before the file and be one of: ${codesOf('paper').join(', ')}`);
  if (!MIMES.includes(part.mimetype)) throw invalid('/file', `must be one of: ${MIMES.join(', ')}`);
  return { kind, file: part.file, name: part.filename, mime: part.mimetype };
};
