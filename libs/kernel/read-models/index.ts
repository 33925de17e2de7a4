export { type FoldSource } from './folding';
export { Projector } from './projector';
export { viewOf } from './view-folder';
export { faultOf, type Lag, type Parked, type Retried } from './projector-parts';
export { CheckpointWriter } from './checkpoint-writer';
export {
  BadQuery,
  ReadModels,
  UnknownView,
  ViewBehind,
  type Condition,
  type Conditions,
  type Page,
  type ViewDefinition,
} from './read-models';
export { rebuild } from './rebuild';
export { Lease } from './lease';
export { changesBetween, foldDocument, knownFacts, stepsOf, type Change, type Moment, type Step } from './time-travel';
