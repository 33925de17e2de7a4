import { Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Reading } from '@kernel/accounts';
import { Caller, type Identity } from '@kernel/http';
import { Forbidden } from '@kernel/commanding';
import { significant } from '@kernel/sourcing';
import { Operations } from './operations';

const COUNTY = 6;
const PURPOSE = 'operations';

/** What waits for help, for the administrator of the county; nothing here is personal. */
@ApiTags('operations')
@ApiBearerAuth()
@Controller('operations')
export class OperationsController {
  constructor(
    private readonly system: Operations,
    private readonly reading: Reading,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Jobs that wait, run and failed for good, parked documents and effects, and the lag of every view',
  })
  async operations(@Caller() identity: Identity) {
    await this.#mustOperate(identity);
    return this.system.now();
  }

  @Post('jobs/:id/retry')
  @HttpCode(202)
  @ApiOperation({ summary: 'Run a job again that failed for good' })
  @ApiResponse({ status: 202, description: 'It waits for a worker.' })
  @ApiResponse({ status: 404, description: 'No failed job has this id.' })
  async retryJob(@Caller() identity: Identity, @Param('id') id: string) {
    await this.#mustOperate(identity);
    await this.system.retryJob(id);
    return { id, status: 'waiting' };
  }

  @Post('parked/:view/:key/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Fold a parked document anew, when its cause is mended' })
  @ApiResponse({ status: 200, description: 'It is folded, and goes on with the others.' })
  @ApiResponse({ status: 202, description: 'The process that keeps the view was asked and has not done it yet.' })
  @ApiResponse({ status: 404, description: 'Nothing of this name is parked.' })
  @ApiResponse({ status: 409, description: 'It still does not fold.' })
  async retryParked(
    @Caller() identity: Identity,
    @Param('view') view: string,
    @Param('key') key: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.#mustOperate(identity);
    const status = await this.system.retryParked(view, key);
    if (status === 'asked') void reply.status(202);
    return { view, key, status };
  }

  @Post('effects/:id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Try a parked effect once more, when its cause is mended' })
  @ApiResponse({ status: 200, description: 'It is settled: carried out, or refused for good and shown as work.' })
  @ApiResponse({ status: 202, description: 'The process that carries it out was asked and has not done it yet.' })
  @ApiResponse({ status: 404, description: 'No effect of this id is parked.' })
  @ApiResponse({ status: 409, description: 'It still cannot be carried out.' })
  async retryEffect(
    @Caller() identity: Identity,
    @Param('id') id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    await this.#mustOperate(identity);
    const status = await this.system.retryEffect(id);
    if (status === 'asked') void reply.status(202);
    return { id, status };
  }

  async #mustOperate(identity: Identity): Promise<void> {
    const { posts } = await this.reading.caller(identity, PURPOSE);
    if (!posts.some(({ role, area }) => role === 'admin' && significant(area).length <= COUNTY))
      throw new Forbidden('access/not-permitted', { command: 'operations' });
  }
}
