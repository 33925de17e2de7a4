import type { Evidence, EvidenceEvent, PackDamage } from '../evidence';

/** One verification: the pack, and what was found so far. */
export interface Work {
  readonly evidence: Evidence;
  readonly damages: PackDamage[];
  readonly doubts: string[];
  readonly size: number;
  readonly root: string;
  /** Hashes of the streams' names. */
  readonly sids: Map<string, string>;
}

export const damage = (work: Work, kind: string, detail: string, stream?: string, event?: EvidenceEvent): void => {
  work.damages.push({
    kind,
    detail,
    ...(stream !== undefined && { stream }),
    ...(event && { revision: event.rev, id: event.id }),
  });
};

interface Sealed {
  readonly c: string;
  readonly class: string;
  readonly subject: string;
}

/** The body of an event as far as a verification looks at it. */
export interface Body {
  readonly data: { readonly papers?: readonly string[] };
  readonly seals: readonly Sealed[];
}

export const bodyOf = ({ body }: EvidenceEvent): Body | undefined =>
  body === undefined ? undefined : (JSON.parse(body) as Body);
