export { amended } from './amend';
export { AtLevel, levelOf, levelsAt, significant, wholeCode, type AreaLevel, type Directory } from './areas';
export { dayIssues, IsCivilDate, IsDay } from './civil-dates';
export { addDays, daysBetween, effectiveDay, firstDay, instantAfter, localDate } from './dates';
export { CORRECTION, defineEvents, upcast, type EventTable, type EventType } from './events';
export type {
  Act,
  AnyFact,
  Class,
  ClassTable,
  Dating,
  Fact,
  FactMeta,
  CommandMeta,
  OpenedFact,
  RuleBook,
  RuleValue,
} from './facts';
export { Clear, Erased, opened, openedOr, PartialOf, Personal, type Refers, type Whole, marksOf } from './marks';
export { masked, type Reader } from './masking';
export { nestedClass } from './nested';
export type { OpenedPart } from './plan';
export { mergedPermissions, type Feature } from './feature';
export { defineRejections, Rejection, rejectionCatalogue, wordsOf, type RejectionDetails } from './rejection';
export { issuesOf, wordedIssues, type Issue } from './schema';
export { IsId, schemaOf, type JsonSchema } from './json-schema';
export {
  defineCommands,
  defineDecider,
  defineProcess,
  defineProjection,
  type AnyDecider,
  type AnyProcess,
  type AnyProjection,
  type Effect,
  type IndexedField,
} from './tables';
export type { EventWords, Words, WordsFor } from './words';
