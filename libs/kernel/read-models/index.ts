export { type FoldSource } from './folding';
export { Projector } from './projector';
export { viewOf } from './view-folder';
export { faultOf, type Lag, type Parked, type Retried } from './projector-parts';
export { Teller } from './teller';
export { BadQuery, NotTheWriter, ReadModels, UnknownView, ViewBehind, type Condition, type Page, type ViewDefinition } from './read-models'; // prettier-ignore
export { rebuild } from './rebuild';
export { Turn } from './turn';
export { changesBetween, foldDocument, knownFacts, stepsOf, type Change, type Moment, type Step } from './time-travel';
