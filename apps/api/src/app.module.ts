import { Module, type DynamicModule } from '@nestjs/common';
import { AreaModule } from '@domain/area';
import { EmergencyAccessModule } from '@domain/emergency-access';
import { HouseholdModule } from '@domain/household';
import { InspectionModule } from '@domain/inspection';
import { MeetingModule } from '@domain/meeting';
import { NoticeModule } from '@domain/notice';
import { PaperModule } from '@domain/paper';
import { ParameterModule } from '@domain/parameter';
import { RegisterImportModule } from '@domain/register-import';
import { AccountsModule } from '@kernel/accounts';
import type { Logger } from 'pino';
import type { Metrics } from '@system/metrics';
import { ProcessModule } from '@system/process.module';
import type { System } from '@system/system';
import { SystemModule } from '@system/system.module';

@Module({
  imports: [
    AccountsModule,
    AreaModule,
    ParameterModule,
    PaperModule,
    MeetingModule,
    NoticeModule,
    HouseholdModule,
    RegisterImportModule,
    EmergencyAccessModule,
    InspectionModule,
  ],
})
export class AppModule {
  static of(system: System, metrics: Metrics, logger: Logger): DynamicModule {
    return { module: AppModule, imports: [ProcessModule.of(system, metrics, logger), SystemModule.of(system)] };
  }
}
