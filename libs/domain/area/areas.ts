import type { AreaDirectory } from './directory';

/** The areas of this moment. */
export abstract class Areas {
  /** As last read: what commands and readers go by. */
  abstract current(): AreaDirectory;
  /** As they were recorded just now. */
  abstract refresh(): Promise<AreaDirectory>;
}
