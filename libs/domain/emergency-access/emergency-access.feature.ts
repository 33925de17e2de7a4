import type { Feature } from '@kernel/sourcing';
import { emergencyAccessDecider } from './emergency-access.decider';
import { glasses } from './glasses.projection';
import { BREAKERS, GLASS_REVIEWERS } from './roles';

export const emergencyAccessFeature: Feature = {
  deciders: [emergencyAccessDecider],
  projections: [glasses],
  processes: [],
  permissions: { BreakGlass: BREAKERS, ReviewGlass: GLASS_REVIEWERS },
};
