import type { StoredEvent } from '@kernel/event-store';

/** What is wrong: the first group names an event, the second a file or a view. */
export type DamageKind =
  | 'missing'
  | 'hash'
  | 'chain'
  | 'revision'
  | 'position'
  | 'form'
  | 'boxes'
  | 'opening'
  | 'key'
  | 'log'
  | 'time'
  | 'signature'
  | 'erasure'
  | 'entry'
  | 'heads'
  | 'link'
  | 'paper'
  | 'view'
  | 'place'
  | 'file'
  | 'tile'
  | 'checkpoint'
  | 'rollback';

/** One place where the log, its ledger or what hangs on it is not what it claims to be. */
export interface Damage {
  /** Stream of the event; `file-<path>` or `view-<name>` where it is not an event that is damaged. */
  readonly stream: string;
  readonly revision: number;
  readonly id: string;
  readonly kind: DamageKind;
  readonly detail?: string;
}

export interface LogFindings {
  readonly sound: boolean;
  readonly events: number;
  readonly streams: number;
  readonly damages: readonly Damage[];
}

/** What a verification of a log with its ledger rests on. */
export interface LogVerification extends LogFindings {
  /**
   * Size and root (64 hex digits) of the published tree, or of all entries before anything is published; absent when
   * damaged.
   */
  readonly treeSize?: number;
  readonly root?: string;
  /** Sealed parts that were opened. */
  readonly parts: number;
}

export const eventDamage = (
  { stream, revision, id }: Pick<StoredEvent, 'stream' | 'revision' | 'id'>,
  kind: DamageKind,
  detail: string,
): Damage => ({ stream, revision, id, kind, detail });

export const fileDamage = (path: string, kind: DamageKind, detail: string): Damage => ({
  stream: `file-${path}`,
  revision: 0,
  id: path,
  kind,
  detail,
});
