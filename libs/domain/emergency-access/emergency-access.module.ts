import { Global, Module } from '@nestjs/common';
import { Openings } from '@kernel/accounts';
import { commandRoutes, forFeature } from '@kernel/http';
import { EmergencyAccessController } from './emergency-access.controller';
import { emergencyAccessDecider } from './emergency-access.decider';
import { emergencyAccessFeature } from './emergency-access.feature';
import { OpenGlasses } from './open-glasses';

@Global()
@Module(
  forFeature(emergencyAccessFeature, {
    controllers: [
      commandRoutes('break-glass', emergencyAccessDecider, { except: ['BreakGlass'] }),
      EmergencyAccessController,
    ],
    providers: [{ provide: Openings, useClass: OpenGlasses }],
  }),
)
export class EmergencyAccessModule {}
