import type { Words } from '@kernel/sourcing';

/** A code list of the field: the label is authoritative, the code is this system's own. */
export interface CodeList {
  readonly zh: string;
  readonly en: string;
  readonly entries: Readonly<Record<string, Words>>;
  /** Other labels in use for a code, from older forms and other systems. */
  readonly also?: Readonly<Record<string, string>>;
}
