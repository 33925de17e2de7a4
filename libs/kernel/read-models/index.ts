export * from './read-models';
export { changesBetween, foldDocument, knownFacts, stepsOf, type Change, type Moment, type Step } from './time-travel';
