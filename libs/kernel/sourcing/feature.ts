import type { AnyDecider, AnyProcess, AnyProjection } from './tables';

/** What a domain lib offers to the apps: tables, no wiring. */
export interface Feature {
  readonly deciders: readonly AnyDecider[];
  readonly projections: readonly AnyProjection[];
  readonly processes: readonly AnyProcess[];
  /** Command type → roles that may issue it; `system` = the system's own parts. */
  readonly permissions: Readonly<Record<string, readonly string[]>>;
}
