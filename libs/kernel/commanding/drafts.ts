import { newUuid, type Meta } from '@kernel/format';
import type { Draft } from '@kernel/privacy';
import type { AnyDecider, AnyFact, CommandMeta } from '@kernel/sourcing';
import type { Authority } from './commands';
import { ClockBehind } from './errors';

const CLOCK_TOLERANCE = 5000;

/** When an event is recorded: now, never before the last one of its stream. @throws ClockBehind */
export const recordedAfter = (last: string, now: string): string => {
  if (last === '' || now >= last) return now;
  if (Date.parse(last) - Date.parse(now) > CLOCK_TOLERANCE) throw new ClockBehind(now, last);
  return last;
};

interface Circumstances {
  readonly authority: Authority & { readonly area?: string };
  readonly recordedAt: string;
  readonly software: string | undefined;
}

/** A decided fact with everything that stands in its metadata: who, in which post, where, when, on what. */
export const draftOf = (
  { decider, issued }: { readonly decider: AnyDecider; readonly issued: CommandMeta },
  fact: AnyFact,
  { authority, recordedAt, software }: Circumstances,
): Draft => {
  const meta: Record<string, string | undefined> = {
    cmd: issued.cmd,
    actor: issued.actor,
    auth: issued.auth,
    area: authority.area,
    via: issued.via,
    recordedAt,
    post: authority.post,
    org: authority.org,
    reason: fact.reason,
    basis: fact.basis,
    claimedAt: issued.claimedAt,
    validFrom: fact.validFrom,
    validTo: fact.validTo,
    sw: software,
    traceparent: issued.traceparent,
    $correlationId: fact.case,
    $causationId: issued.causation,
  };
  return {
    id: newUuid(),
    type: decider.events.types.get(fact.type)!,
    data: fact.data,
    meta: present(meta),
  };
};

const present = (meta: Readonly<Record<string, string | undefined>>): Meta => {
  const kept: Record<string, string> = {};
  for (const [key, value] of Object.entries(meta)) if (value !== undefined) kept[key] = value;
  return kept;
};
