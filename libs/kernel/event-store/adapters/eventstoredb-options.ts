import type { CommandDigests } from '../command-digests';

export interface EventstoredbOptions {
  /** `esdb://` or `esdb+discover://` */
  readonly address: string;
  /** Name of the setting, for words about a bad address. */
  readonly setting?: string;
  readonly digests: CommandDigests;
  /** Never appends: leaves the process free for another store that does. */
  readonly readonly?: boolean;
  /** Milliseconds for one attempt of an append. */
  readonly deadline?: number;
  /** Milliseconds for which what fails is tried again before the caller hears of it. */
  readonly patience?: number;
  /** Milliseconds of silence after which a reading counts as dead and a subscription is examined. */
  readonly quiet?: number;
  /** Hears of everything that was overcome. */
  readonly onTrouble?: (error: unknown) => void;
}
