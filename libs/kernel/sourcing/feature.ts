import type { WordsFor } from './words';
import type { AnyDecider, AnyProcess, AnyProjection } from './tables';

/** What a domain lib offers to the apps: tables, no wiring. */
export interface Feature {
  readonly deciders: readonly AnyDecider[];
  readonly projections: readonly AnyProjection[];
  readonly processes: readonly AnyProcess[];
  /** Command type → roles that may issue it; `system` = the system's own parts. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
  /** What is recorded as read, by name: a household is told who read what. */
  readonly views?: WordsFor<string>;
  /** Stages, states and kinds that people are shown: the words of each value, by set. */
  readonly stages?: Readonly<Record<string, WordsFor<string>>>;
}

/** Who may issue which command, over all features. @throws Error when two features name one command */
export const mergedPermissions = (features: readonly Pick<Feature, 'permissions'>[]): Feature['permissions'] => {
  const merged = new Map<string, readonly string[]>();
  for (const [command, roles] of features.flatMap(({ permissions }) => Object.entries(permissions))) {
    if (merged.has(command)) throw new Error(`two features say who may issue ${command}: leave it to one of them`);
    merged.set(command, roles);
  }
  return Object.fromEntries(merged);
};
