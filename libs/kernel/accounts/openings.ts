import type { Post } from './post';

/** What an account has opened for itself for a time, beyond what its posts show: one household, or an area. */
export interface Opening {
  /** UUID of the act that opened it: readings through it name it. */
  readonly id: string;
  readonly area: string;
  readonly household?: string;
}

/** What is open to an account beyond its posts at an instant. */
export abstract class Openings {
  abstract of(
    account: string,
    options: { readonly posts: readonly Post[]; readonly at: string },
  ): Promise<readonly Opening[]>;
}
