import { Module } from '@nestjs/common';
import { commandRoutes, forFeature } from '@kernel/http';
import { HouseholdsController } from './household.controller';
import { householdDecider } from './household.decider';
import { householdFeature } from './household.feature';
import { NoticeSheetController } from './notice-sheet.controller';
import { ReadersController } from './readers.controller';
import { reorganisationDecider } from './reorganisation';
import { SlipController } from './slip/slip.controller';

/** Effects of notices, meetings and transfers: carried out by them, never by hand. */
const EFFECTS = [
  'RecordEffectRefused',
  'ReleaseMembers',
  'ReceiveMembers',
  'LinkRecord',
  'RecordDemocraticReview',
  'RecordExitReview',
] as const;
/** Follow from a notice; a round that an open objection kept from closing is closed by hand. */
const BY_NOTICE = [
  'OpenPublicity',
  'InvalidatePublicity',
  'AnnounceIdentification',
  'OpenExitPublicity',
  'InvalidateExitPublicity',
  'AnnounceExit',
] as const;

/** Households of the old register come with an import. */
const IMPORTED = 'RegisterLegacyHousehold';

@Module(
  forFeature(householdFeature, {
    controllers: [
      commandRoutes('households', householdDecider, { except: [...EFFECTS, ...BY_NOTICE, IMPORTED] }),
      commandRoutes('reorganisations', reorganisationDecider, { except: ['RecordEffectRefused'] }),
      HouseholdsController,
      NoticeSheetController,
      ReadersController,
      SlipController,
    ],
  }),
)
export class HouseholdModule {}
