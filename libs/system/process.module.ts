import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TerminusModule } from '@nestjs/terminus';
import { Logger, LoggerModule } from 'nestjs-pino';
import type { Logger as Pino } from 'pino';
import { ProblemFilter } from '@kernel/http';
import { ReadinessSource, SystemHealth } from './health';
import { HealthController } from './health.controller';
import { onlyTroubles } from './logging';
import { Metrics, readinessOf } from './metrics';
import type { System } from './system';

/** What every process of the system has: its log, its health, its measures, problems as answers. */
@Module({})
export class ProcessModule {
  static of(system: System, metrics: Metrics, logger: Pino): DynamicModule {
    const ready: ReadinessSource = { read: () => readinessOf(system) };
    return {
      module: ProcessModule,
      imports: [
        TerminusModule.forRoot({ logger: false }),
        LoggerModule.forRoot({ pinoHttp: { logger: onlyTroubles(logger) }, forRoutes: [] }),
      ],
      controllers: [HealthController],
      providers: [
        SystemHealth,
        { provide: ReadinessSource, useValue: ready },
        { provide: Metrics, useValue: metrics },
        { provide: APP_FILTER, useClass: ProblemFilter },
      ],
    };
  }
}

/** A process that only follows the log: a Nest application with health and measures on a small port. */
export const createFollower = async (system: System, logger: Pino): Promise<NestFastifyApplication> => {
  // Whoever looks at its health every few seconds is not worth a line.
  const adapter = new FastifyAdapter({ loggerInstance: onlyTroubles(logger) });
  const module = ProcessModule.of(system, new Metrics(system), logger);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { bufferLogs: true });
  app.useLogger(app.get(Logger));
  return app;
};
