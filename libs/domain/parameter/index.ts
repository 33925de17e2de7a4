import type { Feature } from '@kernel/sourcing';
import { parameterDecider, parameterPermissions } from './parameter.decider';
import { parameters } from './rule-book';

export { parameterDecider } from './parameter.decider';
export { parameters, ruleBook, shippedParameters, type Enactment } from './rule-book';

export const parameterFeature: Feature = {
  deciders: [parameterDecider],
  projections: [parameters],
  processes: [],
  permissions: parameterPermissions,
};
