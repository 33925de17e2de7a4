import { Controller, Get, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import { Public } from '@kernel/http';
import type { OutsideCopy } from '@kernel/ledger';
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

const gauge = (name: string, help: string): Gauge => new Gauge({ name, help, registers: [metrics] });
const ledger = {
  lagEvents: gauge('jiandang_ledger_lag_events', 'Events that no checkpoint holds yet'),
  lagSeconds: gauge('jiandang_ledger_lag_seconds', 'How long the first of them has waited'),
  stopped: gauge('jiandang_ledger_sealing_stopped', '1 when sealing has stopped: see /health/ready'),
  size: gauge('jiandang_ledger_entries', 'Entries under the newest checkpoint'),
  outsideSize: gauge(
    'jiandang_ledger_outside_entries',
    'Entries under the newest checkpoint that somebody outside holds',
  ),
  outsideAge: gauge('jiandang_ledger_outside_age_seconds', 'Age of the newest outside copy; -1 when there is none'),
  checkpointAge: gauge(
    'jiandang_ledger_checkpoint_age_seconds',
    'Time since this process last signed; -1 when it has not',
  ),
};

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
    const sealing = await this.system.notary.sealer.status();
    const status = sealing.stopped ? 'sealing-stopped' : 'ready';
    return { status: ready ? status : 'behind', lag, parked, ledger: { ...sealing, outside: await this.#outside() } };
  }

  @Get('metrics')
  @ApiOperation({ summary: 'Metrics in the text format of Prometheus' })
  async metrics(@Res({ passthrough: true }) reply: FastifyReply) {
    for (const { view, events, seconds } of await this.system.projector.lag()) {
      lagEvents.set({ view }, events);
      lagSeconds.set({ view }, seconds);
    }
    parkedDocuments.set((await this.system.projector.parked()).length);
    await this.#ledgerMetrics();
    void reply.header('content-type', metrics.contentType);
    return metrics.metrics();
  }

  async #outside(): Promise<OutsideCopy | 'nobody'> {
    return (await this.system.notary.witnessing.newest()) ?? 'nobody';
  }

  async #ledgerMetrics(): Promise<void> {
    const { lagEvents, lagSeconds, state, signedAt } = await this.system.notary.sealer.status();
    const outside = await this.#outside();
    ledger.lagEvents.set(lagEvents);
    ledger.lagSeconds.set(lagSeconds);
    ledger.stopped.set(state === 'stopped' ? 1 : 0);
    ledger.size.set((await this.system.ledger.newest())?.size ?? 0);
    ledger.checkpointAge.set(signedAt === undefined ? -1 : ageOf(signedAt));
    ledger.outsideSize.set(outside === 'nobody' ? 0 : outside.size);
    ledger.outsideAge.set(outside === 'nobody' ? -1 : ageOf(outside.at));
  }
}

const ageOf = (at: string): number => (Date.now() - Date.parse(at)) / 1000;
