import type { Feature } from '@kernel/sourcing';
import { readLogDecider, readLogPermissions } from './read-log.decider';

export const readLogFeature = {
  deciders: [readLogDecider],
  projections: [],
  processes: [],
  permissions: readLogPermissions,
  views: { readers: ['查阅情况', 'Who has read'], reads: ['查阅记录', 'Read log'] },
} satisfies Feature;
