export { type FoldSource } from './folding';
export { Projector, viewOf } from './projector';
export type { Lag } from './projector-parts';
export { Teller } from './teller';
export { BadQuery, NotTheWriter, ReadModels, ViewBehind, type Condition, type Page, type ViewDefinition } from './read-models'; // prettier-ignore
export { rebuild } from './rebuild';
export { changesBetween, foldDocument, knownFacts, stepsOf, type Change, type Moment, type Step } from './time-travel';
