import { Body, Controller, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsInt, IsOptional, Matches, Min } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Caller, type Identity, issuedFrom } from '@kernel/http';
import { InvalidCommand, NotFound } from '@kernel/commanding';
import { DISCLOSURES, type Disclosure } from '@kernel/evidence';
import { isUuid } from '@kernel/format';
import { IsId, issuesOf, schemaOf } from '@kernel/sourcing';
import { Clock } from '@kernel/commanding';
import { EvidencePacks } from './evidence-packs';
import { Reading } from '@kernel/accounts';

class EvidenceRequest {
  @IsIn(DISCLOSURES) disclosure!: Disclosure;
  @IsOptional()
  @ArrayMinSize(1)
  @ArrayMaxSize(50)
  @IsId({ each: true })
  members?: readonly string[];
  @IsOptional() @Matches(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/) knownAt?: string;
  @IsOptional() @IsInt() @Min(1) treeSize?: number;
}

/** One household's history as a zip that anyone can verify without this system. */
@ApiTags('households')
@ApiBearerAuth()
@Controller('households')
export class EvidenceController {
  constructor(
    private readonly packs: EvidencePacks,
    private readonly clock: Clock,
    private readonly reading: Reading,
  ) {}

  @Post(':id/evidence-packs')
  @ApiOperation({
    summary: 'An evidence pack: events, papers, proofs, signed checkpoint; the same command again gives the same bytes',
  })
  @ApiBody({ schema: schemaOf(EvidenceRequest), examples: { example: { value: { disclosure: 'whole' } } } })
  @ApiResponse({ status: 201, description: 'The zip', content: { 'application/zip': {} } })
  async issue(
    @Caller() identity: Identity,
    @Param('id') household: string,
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const issues = isUuid(household) ? issuesOf(EvidenceRequest, body) : [NO_ID];
    if (issues) throw new InvalidCommand(issues);
    const purpose = request.headers['x-purpose'];
    const caller = await this.reading.caller(identity, Array.isArray(purpose) ? purpose[0] : purpose);
    const card = await this.packs.cardOf(household);
    const reader = card && this.reading.readerOf(caller, card.area, card);
    if (!card || !reader) throw new NotFound('record/not-found', { id: household });
    const issued = issuedFrom(request, this.clock);
    const question = { ...(body as EvidenceRequest), household };
    const { pack, zip, sha256, treeSize, position } = await this.packs.issue(question, {
      area: card.area,
      opens: reader.opens,
      issued,
    });
    await this.reading.recorded(caller, 'evidence-pack', [household, pack]);
    await reply
      .header('idempotency-key', issued.cmd)
      .header('content-type', 'application/zip')
      .header('content-disposition', `attachment; filename="evidence-${household}-${String(treeSize)}.zip"`)
      .header('x-pack', pack)
      .header('x-pack-sha256', sha256)
      .header('x-position', position)
      .status(201)
      .send(zip);
  }
}

const NO_ID = { path: '/id', code: 'isUuid', message: 'must be a UUID in lower case' };
