// @ts-check
/** Reads and subscriptions of the double, over its log. */
const { once } = require('node:events');
const { randomUUID } = require('node:crypto');
const { ReadReq } = require('@eventstore/db-client/generated/streams_pb');
const { caughtUp, checkpoint, confirmation, eventMessage, streamNotFound, textOf } = require('./messages.cjs');

/** @typedef {import('./log.cjs').Kept} Kept @typedef {import('./log.cjs').DoubleLog} DoubleLog */
/** @typedef {{ options: any, log: DoubleLog, send: (message: any) => Promise<void>, fail: (words: string) => void, signal: AbortSignal, faults: import('./double.cjs').Faults }} Reading */

const PAGE = 32;

/** @param {Reading} reading */
const readStream = async ({ options, log, send }) => {
  const from = options.getStream();
  const name = textOf(from.getStreamIdentifier());
  const events = log.readable(name);
  if (!events) return send(streamNotFound(name));
  const backward = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  const at = from.hasRevision() ? Number(from.getRevision()) : from.hasEnd() ? Infinity : 0;
  const wanted = backward
    ? events.filter(({ revision }) => revision <= at).reverse()
    : events.filter(({ revision }) => revision >= at);
  for (const event of wanted.slice(0, Number(options.getCount()))) await send(eventMessage(event));
};

/** @param {Reading} reading */
const readAll = async ({ options, log, send, fail }) => {
  const from = options.getAll();
  const backward = options.getReadDirection() === ReadReq.Options.ReadDirection.BACKWARDS;
  const at = from.hasPosition() ? Number(from.getPosition().getCommitPosition()) : undefined;
  if (at !== undefined && at < log.end && log.all[log.indexAt(at)]?.position !== at) return fail('Invalid position');
  let left = Number(options.getCount());
  if (backward) {
    const start = at === undefined ? (from.hasEnd() ? log.all.length : 0) : log.indexAt(at);
    for (let index = start - 1; index >= 0 && left > 0; index--, left--) await send(eventMessage(recordAt(log, index)));
    return;
  }
  const start = at === undefined ? (from.hasEnd() ? log.all.length : 0) : log.indexAt(at);
  for (let index = start; index < log.all.length && left > 0; index++, left--) await send(eventMessage(recordAt(log, index))); // prettier-ignore
};

const recordAt = (/** @type {DoubleLog} */ log, /** @type {number} */ index) => /** @type {Kept} */ (log.all[index]);

/** @param {any} options @returns {(event: Kept) => boolean} */
const filterOf = (options) => {
  if (!options.hasFilter()) return () => true;
  const filter = options.getFilter();
  const onType = filter.hasEventType();
  const expression = onType ? filter.getEventType() : filter.getStreamIdentifier();
  const regex = expression.getRegex() === '' ? undefined : new RegExp(expression.getRegex());
  const prefixes = /** @type {string[]} */ (expression.getPrefixList());
  return ({ type, stream }) => {
    const text = onType ? type : stream;
    return regex ? regex.test(text) : prefixes.some((prefix) => text.startsWith(prefix));
  };
};

/** Catches up by pages, says so, goes on live; a burst that outruns it is caught up with again. @param {Reading} reading */
const subscribeToAll = async (reading) => {
  const { options, log, send, signal, faults } = reading;
  const from = options.getAll();
  const matches = filterOf(options);
  const interval = options.hasFilter() ? PAGE * Math.max(1, options.getFilter().getCheckpointintervalmultiplier()) : 0;
  let after = from.hasPosition() ? Number(from.getPosition().getCommitPosition()) : from.hasEnd() ? log.end - 1 : -1;
  let scanned = 0;
  await send(confirmation(randomUUID()));
  for (let catchingUp = true; !signal.aborted;) {
    const start = log.indexAt(after + 1);
    const page = log.all.slice(start, start + PAGE);
    for (const event of page) {
      after = event.position;
      scanned += 1;
      if (matches(event) && !faults.silent) for (let n = faults.duplicate ? 2 : 1; n > 0; n--) await send(eventMessage(event)); // prettier-ignore
      if (interval > 0 && scanned % interval === 0) await send(checkpoint(after));
    }
    if (page.length === PAGE) catchingUp = true;
    if (page.length > 0 || signal.aborted) continue;
    if (catchingUp && !faults.silent) await send(caughtUp());
    catchingUp = false;
    if (log.indexAt(after + 1) === log.all.length) await once(log, 'written', { signal }).catch(() => undefined);
  }
};

/** @param {Reading} reading */
const read = (reading) => {
  const { options } = reading;
  if (options.hasStream()) return options.hasSubscription() ? Promise.resolve(reading.fail('not in this double')) : readStream(reading); // prettier-ignore
  return options.hasSubscription() ? subscribeToAll(reading) : readAll(reading);
};

module.exports = { read };
