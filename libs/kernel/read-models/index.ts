export { type FoldSource } from './folding';
export { Projector } from './projector';
export { viewOf } from './view-folder';
export type { Lag, Parked, Retried } from './projector-parts';
export { CheckpointWriter } from './checkpoint-writer';
export { BadQuery, ReadModels, ViewBehind, type Condition, type Conditions, type Page, type ViewDefinition } from './read-models'; // prettier-ignore
export { rebuild } from './rebuild';
export { Lease } from './lease';
export { changesBetween, foldDocument, knownFacts, stepsOf, type Change, type Moment, type Step } from './time-travel';
