import { papers, PaperSheet } from './paper';
import { AtLeastQuery, Caller, Id, type Identity, issuedFrom, Purpose } from '@kernel/http';
import { type AccountState, reaches, readerOf, Reading, type ReadingCaller, readingPosts } from '@kernel/accounts';
import { masked, openedOr, type Reader } from '@kernel/sourcing';
import { ReadModels } from '@kernel/read-models';
import { Clock, Commands, Forbidden, InvalidCommand, NotFound, send } from '@kernel/commanding';
import { PaperFiles } from './paper-files';
import { PaperActs } from './paper-acts';
import { Readable } from 'node:stream';
import type { Multipart } from '@fastify/multipart';
import { Controller, Get, Post, Query, Req, Res, Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { codesOf } from '@domain/code-lists/contract';
import { derivedUuid, isUuid } from '@kernel/format';

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
  @Inject(ReadModels) private readonly models!: ReadModels;
  @Inject(Commands) private readonly commands!: Commands;
  @Inject(Clock) private readonly clock!: Clock;
  @Inject(PaperFiles) private readonly papers!: PaperFiles;
  @Inject(PaperActs) private readonly acts!: PaperActs;
  @Inject(Reading) private readonly reading!: Reading;
  @Inject(CommandBus) private readonly bus!: CommandBus;

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
    const { kind, file, name, mime } = await fieldsOf(request);
    const area = await this.#areaOf(identity);
    const paper = derivedUuid(issued.cmd, 'paper');
    const known = await this.models.get(papers, paper);
    const stored = known
      ? { bytes: known.bytes, sha256: known.sha256, sm3: known.sm3 }
      : await this.papers.store(paper, file);
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
    @Id() id: string,
    @Query() { atLeast }: AtLeastQuery,
    @Purpose() purpose?: string,
  ) {
    await this.reading.reached('papers', atLeast);
    const { sheet, caller, reader } = await this.#readable(identity, id, purpose);
    await this.reading.recorded(caller, 'paper', [id]);
    return masked(PaperSheet, sheet, reader);
  }

  @Get(':id/content')
  @ApiOperation({ summary: 'The file, decrypted and checked chunk by chunk' })
  async content(@Caller() identity: Identity, @Id() id: string, @Res() reply: FastifyReply): Promise<void> {
    const { headers } = reply.request;
    const { sheet, caller, reader } = await this.#readable(identity, id, headers['x-purpose'] as string | undefined);
    if (!reader.opens('paper')) throw new Forbidden('access/not-permitted', { command: 'paper' });
    await this.reading.recorded(caller, 'paper-content', [id]);
    await reply
      .header('content-type', openedOr(sheet.mime, 'application/octet-stream'))
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(openedOr(sheet.name, id))}`)
      .send(Readable.from(this.papers.read(id)));
  }

  async #readable(identity: Identity, id: string, purpose: string | undefined) {
    if (!isUuid(id)) throw new NotFound('record/not-found', { id });
    const caller = await this.reading.caller(identity, purpose);
    const sheet = await this.models.get(papers, id);
    const reader = sheet && (this.reading.readerOf(caller, sheet.area) ?? (await this.#ofInspection(caller, id)));
    if (!sheet || !reader) throw new NotFound('record/not-found', { id });
    return { sheet, caller, reader };
  }

  /** An inspector reads a paper, wherever it was received, when an act within the scope rests on it. */
  async #ofInspection({ posts }: ReadingCaller, paper: string): Promise<Reader | undefined> {
    const inspecting = posts.filter(({ role }) => role === 'inspector');
    if (inspecting.length === 0) return undefined;
    const act = await this.acts.first(paper, ({ area, household }) =>
      inspecting.some((post) => reaches(post, area, household)),
    );
    return act && readerOf(inspecting, act.area, { household: act.household });
  }

  async #areaOf({ subject }: Identity): Promise<string> {
    const { state } = await this.commands.state<AccountState>('account', subject);
    const [post] = readingPosts(state, this.clock.now());
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
