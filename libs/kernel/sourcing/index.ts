export { amended } from './amend';
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
  Issued,
  OpenedFact,
  RuleBook,
  RuleValue,
} from './facts';
export { Clear, Erased, opened, openedOr, PartialOf, Personal, type Refers, type Whole, marksOf } from './marks';
export { masked, type Reader } from './masking';
export { nestedClass } from './nested';
export type { OpenedPart } from './plan';
export { mergedPermissions, type Feature } from './feature';
export { defineRejections, Rejection, rejectionCatalogue, type RejectionDetails } from './rejection';
export { IsId, issuesOf, schemaOf, wordedIssues, type Issue, type JsonSchema } from './schema';
export {
  defineCommands, defineDecider, defineProcess, defineProjection,
  type AnyDecider, type AnyProcess, type AnyProjection,   type Effect,  
} from './tables'; // prettier-ignore
