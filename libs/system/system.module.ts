import { Global, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { APP_GUARD, APP_PIPE } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import { Areas } from '@domain/area';
import { Compliance, Tracing } from '@domain/inspection';
import { PaperFiles } from '@domain/paper';
import { Grants, Logins, Sessions } from '@kernel/accounts';
import { Clock, Commands, Histories, Places } from '@kernel/commanding';
import { EventStore } from '@kernel/event-store';
import { evidenceFeature } from '@kernel/evidence';
import { Authenticator, CallerGuard, forFeature, queryPipe } from '@kernel/http';
import { Ledger, ledgerDecider, Notary } from '@kernel/ledger';
import { KeyStore } from '@kernel/privacy';
import { ReadLog, readLogFeature } from '@kernel/read-log';
import { Projector, ReadModels } from '@kernel/read-models';
import { EvidenceController } from './evidence.controller';
import { EvidencePacks } from './evidence-packs';
import { Operations } from './operations';
import { OperationsController } from './operations.controller';
import type { System } from './system';

/** What the features ask for, and the part of the opened system that answers. */
const PORTS = new Map<abstract new (...args: never[]) => object, (system: System) => object>([
  [Areas, ({ areas }) => areas],
  [Authenticator, (system) => ({ identify: (token: string) => system.identify(token) })],
  [Clock, ({ clock }) => clock],
  [Commands, ({ commands }) => commands],
  [Compliance, ({ compliance }) => compliance],
  [EventStore, ({ store }) => store],
  [EvidencePacks, (system) => new EvidencePacks(system)],
  [Grants, ({ grants }) => grants],
  [Histories, ({ histories }) => histories],
  [KeyStore, ({ keys }) => keys],
  [Ledger, ({ ledger }) => ledger],
  [Logins, ({ logins }) => logins],
  [Notary, ({ notary }) => notary],
  [Operations, (system) => new Operations(system)],
  [Places, ({ areas }) => areas],
  [PaperFiles, ({ papers }) => papers],
  [Projector, ({ projector }) => projector],
  [ReadLog, ({ reads }) => reads],
  [ReadModels, ({ models }) => models],
  [Sessions, ({ sessions }) => sessions],
  [Tracing, ({ tracing }) => tracing],
]);

const portsOf = (system: System): readonly FactoryProvider[] =>
  [...PORTS].map(([provide, of]) => ({ provide, useFactory: () => of(system) }));

const own = forFeature(
  { deciders: [ledgerDecider, ...evidenceFeature.deciders, ...readLogFeature.deciders] },
  { controllers: [EvidenceController, OperationsController] },
);

/** The opened system behind the ports of the kernel and the features. */
@Global()
@Module({})
export class SystemModule {
  static of(system: System): DynamicModule {
    return {
      module: SystemModule,
      imports: [CqrsModule.forRoot()],
      controllers: own.controllers ?? [],
      providers: [
        ...(own.providers ?? []),
        ...portsOf(system),
        { provide: APP_GUARD, useClass: CallerGuard },
        { provide: APP_PIPE, useValue: queryPipe },
      ],
      exports: [...PORTS.keys()] as DynamicModule['exports'] & object,
    };
  }
}
