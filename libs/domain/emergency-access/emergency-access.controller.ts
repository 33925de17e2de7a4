import { Caller, exampleOf, Id, type Identity, issuedFrom, Purpose } from '@kernel/http';
import { ReadModels, type Conditions } from '@kernel/read-models';
import { Clock, NotFound, send } from '@kernel/commanding';
import { ReadLog } from '@kernel/read-log';
import { covers, Reading, type ReadingCaller } from '@kernel/accounts';
import { Body, Controller, Get, Post, Query, Req, Res, Inject } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { GLASS_REVIEWERS } from './roles';
import { emergencyAccessDecider } from './emergency-access.decider';
import { glasses, GlassSheet } from './glasses.projection';
import { derivedUuid } from '@kernel/format';
import { addDays, localDate, schemaOf } from '@kernel/sourcing';
import { GlassQuery } from './emergency-access.queries';

const SCHEMA = schemaOf(emergencyAccessDecider.commands.classes.BreakGlass);

/**
 * Breaking the glass (紧急查阅): to see for a time, with a reason, what one's post does not show. Every reading through it
 * is marked.
 */
@ApiTags('break-glass')
@ApiBearerAuth()
@Controller('break-glass')
export class EmergencyAccessController {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(ReadLog) private readonly reads: ReadLog,
    @Inject(Reading) private readonly reading: Reading,
    @Inject(CommandBus) private readonly bus: CommandBus,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Open one household, or a township or village, for oneself until a time, with a reason',
    description:
      'It ends by itself and is reviewed by another person. Every reading through it is marked and listed first.',
  })
  @ApiBody({ schema: SCHEMA, examples: { example: { value: exampleOf(SCHEMA) as object } } })
  async break(
    @Body() body: object | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const issued = issuedFrom(request, this.clock);
    const glass = derivedUuid(issued.cmd, 'glass');
    const { subject, revision, position } = await send(this.bus, ['glass', 'BreakGlass'], glass, {
      body: body ?? {},
      issued,
    });
    await this.reading.reached(glasses.name, position);
    const sheet = await this.models.get(glasses, glass);
    void reply.header('idempotency-key', issued.cmd);
    return { subject, revision, position, until: sheet?.until };
  }

  @Get()
  @ApiOperation({
    summary: 'Broken glasses, newest first; `status=unreviewed` is work for another person',
    description: 'For inspectors and reviewers those of their areas; for everybody their own.',
  })
  async list(@Caller() identity: Identity, @Query() query: GlassQuery, @Purpose() purpose?: string) {
    const { limit, after, status } = query;
    const caller = await this.reading.caller(identity, purpose ?? 'review of broken glasses');
    const page = await this.models.find(glasses, {
      any: this.#seenBy(caller),
      sort: 'brokenAt',
      descending: true,
      limit: limit ?? 50,
      ...(status !== undefined && { where: { status } }),
      ...(after !== undefined && { after }),
    });
    const seen = page.items.map((sheet) => this.#withState(sheet));
    await this.reading.recorded(
      caller,
      'break-glass',
      page.items.map(({ id }) => id),
    );
    return { ...page, items: seen };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A broken glass, and every reading through it' })
  async one(@Caller() identity: Identity, @Id() id: string, @Purpose() purpose?: string) {
    const caller = await this.reading.caller(identity, purpose ?? 'review of broken glasses');
    const sheet = await this.models.get(glasses, id);
    if (!sheet || !this.#mayRead(caller, sheet)) throw new NotFound('record/not-found', { id });
    const page = await this.reads.list({ actor: sheet.account, onlyGlass: true, limit: 500, ...daysOf(sheet) });
    await this.reading.recorded(caller, 'break-glass', [id]);
    return { ...this.#withState(sheet), reads: page.items.filter(({ glass }) => glass === id) };
  }

  #seenBy(caller: ReadingCaller): readonly Conditions<'account' | 'area'>[] {
    return [{ account: caller.subject }, ...this.reading.inAreas(reviewing(caller).map(({ area }) => area))];
  }

  #mayRead(caller: ReadingCaller, { account, area }: GlassSheet): boolean {
    const where = this.reading.placeOf(area);
    return account === caller.subject || reviewing(caller).some((post) => covers(post.area, where));
  }

  #withState(sheet: GlassSheet) {
    return { ...sheet, open: this.clock.now() < sheet.until };
  }
}

const daysOf = ({ brokenAt, until }: GlassSheet) => ({
  from: localDate(brokenAt),
  to: addDays(localDate(until), 1),
});

const reviewing = ({ posts }: ReadingCaller) => posts.filter(({ role }) => GLASS_REVIEWERS.includes(role));
