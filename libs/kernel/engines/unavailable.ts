/**
 * Nothing was written, and nothing was lost: the disk is full, the thread is gone, the folder is another writer's. Only
 * after `unknown` the events may stand in the log: the very same append, or the same command, tells.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
  constructor(
    readonly reason: 'full' | 'closed' | 'locked' | 'io' | 'unknown',
    message: string,
  ) {
    super(message);
  }
}

/** The server behind the runner cannot be used, or not with its settings; in words for the operator. */
export class JobsUnavailable extends Error {
  override readonly name = 'JobsUnavailable';
}

/** Another process writes this view; this one may not, and nothing it wrote counts. */
export class NotTheWriter extends Error {
  override readonly name = 'NotTheWriter';
  constructor(readonly view: string) {
    super(`another process writes the view ${view}`);
  }
}

/** What drivers of engines throw while their server is away; by name, for they are loaded only where they are used. */
const AWAY = new Set([
  'MongoClientClosedError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoOperationTimeoutError',
  'MongoPoolClearedError',
  'MongoPoolClosedError',
  'MongoServerClosedError',
  'MongoServerSelectionError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
]);

/** A store behind some port cannot be used now, whatever was asked of it; the same may be asked again. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreUnavailable || (error instanceof Error && AWAY.has(error.name));
