import type { Position } from './event-store';

/**
 * Digests of commands beside a log whose engine keeps none: by the position of the receipt, for as long as a repeated
 * command is compared with its first body. Losing them loses that comparison, never a record.
 */
export abstract class CommandDigests {
  /** The same position again changes nothing. `expires` is a UTC instant. */
  abstract put(position: Position, digest: string, expires: string): Promise<void>;

  abstract get(position: Position): Promise<string | undefined>;

  /** Forgets whatever expired before an instant. */
  abstract expire(now: string): Promise<void>;
}
