import { parameters, shippedParameters } from '@domain/parameter/contract';
import { papers } from '@domain/paper/contract';
import type { EventStore } from '@kernel/event-store';
import type { ReadModels } from '@kernel/read-models';
import type { Wanted } from './tracing';

/** What can be traced through the index: exactly one of them. */
export const TRACEABLE = ['actor', 'paper', 'hash', 'batch', 'rule'] as const;
export type Traceable = (typeof TRACEABLE)[number];

/** What a question stands for: papers of a hash, events that decided, versions of a rule. */
export interface Resolved {
  readonly wanted: Wanted;
  readonly of: readonly string[];
}

interface Parts {
  readonly store: EventStore;
  readonly models: ReadModels;
}

/** Records whose events decide for others. */
const DECIDING = ['importBatch', 'notice', 'meeting', 'reorganisation', 'inspection'];

const each = (values: readonly string[], ...fields: readonly Wanted[number]['field'][]): Wanted =>
  values.flatMap((value) => fields.map((field) => ({ field, value })));

const papersWith = async ({ models }: Parts, hash: string): Promise<readonly string[]> => {
  const { items } = await models.find(papers, {
    any: [{ sha256: hash }, { sm3: hash }],
    limit: 1000,
  });
  return items.map(({ id }) => id);
};

const decidingEvents = async ({ store }: Parts, batch: string): Promise<readonly string[]> => {
  for (const category of DECIDING) {
    const events = await store.read(`${category}-${batch}`);
    if (events.length > 0) return events.map(({ id }) => id);
  }
  return [batch];
};

const versionsOf = async ({ models }: Parts, rule: string): Promise<readonly string[]> => {
  const { items } = await models.find(parameters, { where: { key: rule }, limit: 1000 });
  const versions = [...shippedParameters.filter(({ key }) => key === rule), ...items].map(({ version }) => version);
  return versions.length > 0 ? versions : [rule];
};

const WANTED: Readonly<Record<Traceable, (parts: Parts, value: string) => Promise<Resolved>>> = {
  actor: (_, actor) => Promise.resolve({ wanted: each([actor], 'actor'), of: [actor] }),
  paper: (_, paper) => Promise.resolve({ wanted: each([paper], 'papers', 'basis'), of: [paper] }),
  hash: async (parts, hash) => {
    const of = await papersWith(parts, hash);
    return { wanted: each(of, 'papers', 'basis'), of };
  },
  batch: async (parts, batch) => {
    const of = await decidingEvents(parts, batch);
    return { wanted: each(of, 'id', 'cause'), of };
  },
  rule: async (parts, rule) => {
    const of = await versionsOf(parts, rule);
    return { wanted: each(of, 'id', 'basis'), of };
  },
};

/** How the index is asked for a question. An empty `wanted` means: nothing can rest on it. */
export const resolve = (parts: Parts, what: Traceable, value: string): Promise<Resolved> => WANTED[what](parts, value);
