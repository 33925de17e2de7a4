export { documentKey, type FoldSource } from './folding';
export { Projector, viewOf, type Lag, type Parked } from './projector';
export { BadQuery, ReadModels, UnknownView, type Batch, type Checkpoint, type Condition, type Page, type Query, type ViewDefinition } from './read-models'; // prettier-ignore
export { rebuild, type Rebuilt } from './rebuild';
export { changesBetween, foldDocument, knownFacts, stepsOf, type Change, type Moment, type Step } from './time-travel';
