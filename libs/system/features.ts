import { areaFeature } from '@domain/area';
import { emergencyAccessFeature } from '@domain/emergency-access';
import { householdFeature } from '@domain/household';
import { inspectionFeature } from '@domain/inspection';
import { meetingFeature } from '@domain/meeting';
import { noticeFeature } from '@domain/notice';
import { paperFeature } from '@domain/paper';
import { parameterFeature } from '@domain/parameter';
import { registerFeature } from '@domain/register-import';
import { accountFeature } from '@kernel/accounts';
import { readLogFeature } from '@kernel/read-log';
import { evidenceFeature } from '@kernel/evidence';
import { ledgerDecider, ledgerPermissions } from '@kernel/ledger';
import { mergedPermissions, type EventTable, type Feature } from '@kernel/sourcing';

const ledgerFeature: Feature = {
  deciders: [ledgerDecider],
  projections: [],
  processes: [],
  permissions: ledgerPermissions,
};

const recording = [
  ledgerFeature,
  accountFeature,
  areaFeature,
  parameterFeature,
  paperFeature,
  meetingFeature,
  noticeFeature,
  householdFeature,
  registerFeature,
  evidenceFeature,
  readLogFeature,
  emergencyAccessFeature,
] as const;

const tablesOf = (some: readonly Feature[]): readonly EventTable[] =>
  some.flatMap(({ deciders }) => deciders.map(({ events }) => events));

const inspection = inspectionFeature(tablesOf(recording));

/** Everything this system can do, lib by lib; the inspection's looks at all the others. */
export const features: readonly Feature[] = [...recording, inspection];

type NamesOfViews<F> = F extends { readonly views: infer V } ? keyof V & string : never;

/** What may be recorded as read: a view that some feature has words for. */
export type ViewName = NamesOfViews<(typeof recording)[number] | typeof inspection>;

/** Who may issue which command. */
export const permissions = mergedPermissions(features);

/** The events of every feature. */
export const eventTables: readonly EventTable[] = tablesOf(features);

const tables: ReadonlyMap<string, EventTable> = new Map(eventTables.map((events) => [events.category, events]));

/** The events of a category of streams. */
export const tableOf = (category: string): EventTable | undefined => tables.get(category);
