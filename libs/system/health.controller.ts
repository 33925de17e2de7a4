import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '@kernel/http';
import { Metrics, readinessOf } from './metrics';
import { System } from './system';

@ApiTags('health')
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly system: System,
    private readonly measures: Metrics,
  ) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process runs' })
  live() {
    return { status: 'live' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'The log can be written and the views are caught up, with their lag' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const readiness = await readinessOf(this.system);
    if (readiness.status === 'behind') void reply.status(503);
    return readiness;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('content-type', this.measures.contentType);
    return this.measures.text();
  }
}
