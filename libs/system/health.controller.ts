import { Controller, Get, Res, ServiceUnavailableException } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import type { FastifyReply } from 'fastify';
import { Public } from '@kernel/http';
import { SystemHealth } from './health';
import { Metrics, type Readiness } from './metrics';

const resultIn = (error: unknown): HealthCheckResult => {
  if (error instanceof ServiceUnavailableException) return error.getResponse() as HealthCheckResult;
  throw error;
};

@ApiTags('health')
@Public()
@Controller()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly system: SystemHealth,
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
    const { status, details } = await this.health.check([() => this.system.check()]).catch(resultIn);
    if (status !== 'ok') void reply.status(503);
    return (details['system'] as { readonly readiness: Readiness }).readiness;
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    void reply.header('content-type', this.measures.contentType);
    return this.measures.text();
  }
}
