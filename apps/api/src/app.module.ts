import { Module, ValidationPipe, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { inspectionDecider } from '@domain/inspection';
import { householdDecider, reorganisationDecider } from '@domain/household';
import { glassDecider } from '@domain/glass';
import { meetingDecider } from '@domain/meeting';
import { noticeDecider } from '@domain/notice';
import { parameterDecider } from '@domain/parameter';
import { accountDecider } from '@kernel/access';
import { Clock, commandHandlers, Commands, InvalidCommand } from '@kernel/commanding';
import { Authenticator, CallerGuard, commandRoutes, ProblemFilter } from '@kernel/http';
import { features } from '@standalone/features';
import { Metrics } from '@standalone/metrics';
import { System } from '@standalone/system';
import { ComplianceController } from './compliance.controller';
import { EvidenceController } from './evidence.controller';
import { GlassController } from './glass.controller';
import { HealthController } from './health.controller';
import { HouseholdsController } from './households.controller';
import { InspectionsController } from './inspections.controller';
import { OperationsController } from './operations.controller';
import { PapersController } from './papers.controller';
import { Reading } from './reading';
import { ReadsController } from './reads.controller';
import { RecordsController } from './records.controller';
import { SessionsController } from './sessions.controller';
import { SlipController } from './slip.controller';
import { TraceController } from './trace.controller';

const EFFECTS = [
  'RecordEffectRefused',
  'ReleaseMembers',
  'ReceiveMembers',
  'LinkRecord',
  'RecordDemocraticReview',
  'RecordExitReview',
];
const PROCEDURE = [
  'OpenPublicity',
  'InvalidatePublicity',
  'AnnounceIdentification',
  'OpenExitPublicity',
  'InvalidateExitPublicity',
  'AnnounceExit',
];

/** Commands by hand; effects of notices, meetings and transfers have no route of their own, but a round that an open objection kept from closing is closed by hand. */
const routes = [
  commandRoutes('households', householdDecider, { except: [...EFFECTS, ...PROCEDURE] }),
  commandRoutes('reorganisations', reorganisationDecider, { except: EFFECTS }),
  commandRoutes('notices', noticeDecider, { except: EFFECTS }),
  commandRoutes('meetings', meetingDecider, { except: EFFECTS }),
  commandRoutes('inspections', inspectionDecider, { except: EFFECTS }),
  commandRoutes('break-glass', glassDecider, { except: ['BreakGlass'] }),
  commandRoutes('accounts', accountDecider, { except: ['SetPassword'] }),
  commandRoutes('parameters', parameterDecider),
];

const handlers = features.flatMap((feature) => feature.deciders).flatMap(commandHandlers);

@Module({})
export class AppModule {
  static of(system: System, metrics: Metrics): DynamicModule {
    return {
      module: AppModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        ...routes,
        EvidenceController,
        HouseholdsController,
        PapersController,
        RecordsController,
        ReadsController,
        GlassController,
        TraceController,
        ComplianceController,
        InspectionsController,
        OperationsController,
        SessionsController,
        SlipController,
        HealthController,
      ],
      providers: [
        ...handlers,
        Reading,
        { provide: System, useValue: system },
        { provide: Metrics, useValue: metrics },
        { provide: Commands, useValue: system.commands },
        { provide: Clock, useValue: system.clock },
        { provide: Authenticator, useValue: { identify: (token: string) => system.identify(token) } },
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: APP_FILTER, useClass: ProblemFilter },
        { provide: APP_PIPE, useValue: queryPipe },
      ],
    };
  }
}

/** Query classes only: bodies of commands are checked by the command tables. */
const LISTED = 50;
const queryPipe = new ValidationPipe({
  transform: true,
  whitelist: true,
  forbidNonWhitelisted: true,
  exceptionFactory: (errors) =>
    new InvalidCommand(
      errors
        .slice(0, LISTED)
        .flatMap(({ property, constraints = {} }) =>
          Object.entries(constraints).map(([code, message]) => ({ path: `/${property}`, code, message })),
        ),
    ),
});
