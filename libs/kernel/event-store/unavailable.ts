import { StoreUnavailable } from './event-store';

/** What drivers of engines throw while their server is away; by name, for they are loaded only where they are used. */
const AWAY = new Set([
  'MongoClientClosedError', 'MongoNetworkError', 'MongoNetworkTimeoutError', 'MongoNotConnectedError', 'MongoOperationTimeoutError', 'MongoPoolClearedError',
  'MongoPoolClosedError', 'MongoServerClosedError', 'MongoServerSelectionError', 'MongoTopologyClosedError', 'MongoWaitQueueTimeoutError',
]); // prettier-ignore

/** A store behind some port cannot be used now, whatever was asked of it; the same may be asked again. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreUnavailable || (error instanceof Error && AWAY.has(error.name));
