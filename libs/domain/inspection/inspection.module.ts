import { Global, Module } from '@nestjs/common';
import { PaperActs } from '@domain/paper/contract';
import { commandRoutes, forFeature } from '@kernel/http';
import { ComplianceController } from './compliance/compliance.controller';
import { InspectionsController } from './inspection.controller';
import { inspectionDecider } from './inspection.decider';
import { ReadsController } from './reads.controller';
import { TraceController } from './trace/trace.controller';
import { TracedPapers } from './trace/traced-papers';

@Global()
@Module(
  forFeature(
    { deciders: [inspectionDecider] },
    {
      controllers: [
        commandRoutes('inspections', inspectionDecider, { except: ['RecordEffectRefused'] }),
        TraceController,
        ComplianceController,
        InspectionsController,
        ReadsController,
      ],
      providers: [{ provide: PaperActs, useClass: TracedPapers }],
    },
  ),
)
export class InspectionModule {}
