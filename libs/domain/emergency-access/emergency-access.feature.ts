import type { Feature, WordsFor } from '@kernel/sourcing';
import { emergencyAccessDecider } from './emergency-access.decider';
import { glasses, type GlassSheet } from './glasses.projection';
import { BREAKERS, GLASS_REVIEWERS } from './roles';

const STATUS_WORDS: WordsFor<GlassSheet['status']> = {
  unreviewed: ['待复核', 'To be reviewed'],
  justified: ['确有必要', 'Justified'],
  unjustified: ['没有必要', 'Unjustified'],
};

export const emergencyAccessFeature = {
  deciders: [emergencyAccessDecider],
  projections: [glasses],
  processes: [],
  permissions: { BreakGlass: BREAKERS, ReviewGlass: GLASS_REVIEWERS },
  views: { 'break-glass': ['紧急查阅登记', 'Register of broken glasses'] },
  stages: { 'glass.status': STATUS_WORDS },
} satisfies Feature;
