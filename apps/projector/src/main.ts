import 'reflect-metadata';
import { runFollower } from '@system/run-process';

/**
 * Keeps the views up to the log, without an API. On embedded stores it takes the data folder for itself; `npm start`
 * hosts it in the api.
 */
runFollower('projector');
