import { areaFeature } from '@domain/area';
import { glassFeature } from '@domain/glass';
import { householdFeature } from '@domain/household';
import { inspectionFeature } from '@domain/inspection';
import { meetingFeature } from '@domain/meeting';
import { noticeFeature } from '@domain/notice';
import { paperFeature } from '@domain/paper';
import { parameterFeature } from '@domain/parameter';
import { registerFeature } from '@domain/register';
import { accountFeature, readLogFeature } from '@kernel/access';
import { evidenceFeature } from '@kernel/evidence';
import { ledgerDecider, ledgerPermissions } from '@kernel/ledger';
import { mergedPermissions, type EventTable, type Feature } from '@kernel/sourcing';

const ledgerFeature: Feature = {
  deciders: [ledgerDecider],
  projections: [],
  processes: [],
  permissions: ledgerPermissions,
};

const recording: readonly Feature[] = [
  ledgerFeature, accountFeature, areaFeature, parameterFeature, paperFeature, meetingFeature, noticeFeature, householdFeature, registerFeature,
  evidenceFeature, readLogFeature, glassFeature,
]; // prettier-ignore

/** Everything this system can do, lib by lib; the inspection's looks at all the others. */
export const features: readonly Feature[] = [
  ...recording,
  inspectionFeature(recording.flatMap(({ deciders }) => deciders.map(({ events }) => events))),
];

/** Who may issue which command. */
export const permissions = mergedPermissions(features);

const tables: ReadonlyMap<string, EventTable> = new Map(
  features.flatMap((feature) => feature.deciders).map(({ category, events }) => [category, events]),
);

/** The events of a category of streams. */
export const tableOf = (category: string): EventTable | undefined => tables.get(category);
