import type { Feature } from '@kernel/sourcing';
import { readLogDecider, readLogPermissions } from './read-log.decider';

export const readLogFeature: Feature = {
  deciders: [readLogDecider],
  projections: [],
  processes: [],
  permissions: readLogPermissions,
};
