import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Public } from '@kernel/http';
import { System } from '@standalone/system';

export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });
export const requests = new Histogram({
  name: 'jiandang_http_request_seconds', help: 'Duration of requests', labelNames: ['method', 'route', 'status'], registers: [metrics],
}); // prettier-ignore
const lagEvents = new Gauge({
  name: 'jiandang_projection_lag_events',
  help: 'Events not folded yet',
  labelNames: ['view'],
  registers: [metrics],
});
const lagSeconds = new Gauge({
  name: 'jiandang_projection_lag_seconds',
  help: 'Age of the oldest event not folded yet',
  labelNames: ['view'],
  registers: [metrics],
});
const parkedDocuments = new Gauge({
  name: 'jiandang_projection_parked',
  help: 'Documents that wait for help',
  registers: [metrics],
});

const LATE = 30;

@ApiTags('health')
@Public()
@Controller()
export class HealthController {
  constructor(private readonly system: System) {}

  @Get('health/live')
  @ApiOperation({ summary: 'The process runs' })
  live() {
    return { status: 'live' };
  }

  @Get('health/ready')
  @ApiOperation({ summary: 'The log can be written and the views are caught up, with their lag' })
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const lag = await this.system.projector.lag();
    const parked = (await this.system.projector.parked()).length;
    const ready = lag.every(({ seconds }) => seconds < LATE);
    if (!ready) void reply.status(503);
    return { status: ready ? 'ready' : 'behind', lag, parked };
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    for (const { view, events, seconds } of await this.system.projector.lag()) {
      lagEvents.set({ view }, events);
      lagSeconds.set({ view }, seconds);
    }
    parkedDocuments.set((await this.system.projector.parked()).length);
    void reply.header('content-type', metrics.contentType);
    return metrics.metrics();
  }
}
