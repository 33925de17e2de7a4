import type { Feature } from '@kernel/sourcing';
import { householdCard } from './card/household-card.projection';
import { householdDecider } from './household.decider';
import { householdPermissions } from './permissions';
import { appraisal, publicity } from './reactions/when.notice-and-meeting';
import { reception, reorganisationDecider, transfer } from './reorganisation';
import { EXIT_STAGE_WORDS, STAGE_WORDS, STATUS_WORDS } from './state/stage-words';

export const householdFeature = {
  deciders: [householdDecider, reorganisationDecider],
  projections: [householdCard],
  processes: [publicity, appraisal, transfer, reception],
  permissions: { ...householdPermissions, DecideTransfer: ['township', 'county'] },
  views: {
    'household-card': ['户档案卡', 'Card of the household'],
    'household-history': ['变动历史', 'History of the household'],
    'household-list': ['户名单', 'List of households'],
    'household-slip': ['凭证单', 'Record slip'],
  },
  stages: { 'household.status': STATUS_WORDS, 'household.stage': STAGE_WORDS, 'household.exitStage': EXIT_STAGE_WORDS },
} satisfies Feature;
