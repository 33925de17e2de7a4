// @ts-check
/** Reads and subscriptions of the double, over its log. */
const { once } = require('node:events');
const { randomUUID } = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const { ReadReq } = require('@eventstore/db-client/generated/streams_pb');
const { caughtUp, checkpoint, confirmation, eventMessage, streamNotFound, textOf } = require('./messages.cjs');

/** @typedef {import('./log.cjs').Kept} Kept @typedef {import('./log.cjs').DoubleLog} DoubleLog */
/**
 * @typedef {{ options: any, log: DoubleLog, send: (message: any) => Promise<void>, fail: (words: string, exception?:
 * Record<string, string>) => void, signal: AbortSignal, faults: import('./double.cjs').Faults }} Reading
 */
/** @typedef {{ commit: bigint, prepare: bigint }} Place */

const PAGE = 32;

/** @param {Reading} reading */
const readStream = async ({ options, log, send, fail }) => {
  const from = options.getStream();
  const name = textOf(from.getStreamIdentifier());
  if (log.streams.get(name)?.tombstoned) return fail('deleted', { exception: 'stream-deleted', 'stream-name': name });
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
  for (let index = start; index < log.all.length && left > 0; index++, left--)
    await send(eventMessage(recordAt(log, index)));
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

/** Before the first event; as a checkpoint it is sent as the largest number. @type {Place} */
const NOWHERE = { commit: -1n, prepare: -1n };

/** @param {Place} a @param {Place} b */
const isBehind = (a, b) => a.commit > b.commit || (a.commit === b.commit && a.prepare > b.prepare);

/** @param {Kept} event @returns {Place} */
const placeOf = ({ position }) => ({ commit: BigInt(position), prepare: BigInt(position) });

/** @param {DoubleLog} log @param {Place} place */
const indexOf = (log, { commit }) => log.indexAt(Math.max(0, Number(commit)));

/** @param {any} from @param {DoubleLog} log @returns {Place} */
const startOf = (from, log) => {
  if (!from.hasPosition()) return from.hasEnd() ? { commit: BigInt(log.end) - 1n, prepare: 0n } : NOWHERE;
  return {
    commit: BigInt(from.getPosition().getCommitPosition()),
    prepare: BigInt(from.getPosition().getPreparePosition()),
  };
};

/**
 * As 24.2 does it: catches up by pages of 32 events that are looked at, whether they match or not; says every so many
 * events how far it is (the last event sent, or where the page began, whose half of the place is 0) and once more at
 * the end, where that may be nowhere; says that it has caught up; goes on live. A burst that outruns it is caught up
 * with again.
 * @param {Reading} reading
 */
const subscribeToAll = async ({ options, log, send, signal, faults }) => {
  const matches = filterOf(options);
  const interval = options.hasFilter() ? PAGE * Math.max(1, options.getFilter().getCheckpointintervalmultiplier()) : 0;
  let at = startOf(options.getAll(), log);
  let [page, pages, looked] = [at, 0, 0];
  /** @type {Place | undefined} */
  let said;
  const say = async () => {
    const sent = { commit: BigInt.asUintN(64, at.commit), prepare: BigInt.asUintN(64, at.prepare) };
    if (interval === 0 || faults.silent || (said && !isBehind(sent, said))) return;
    said = sent;
    await send(checkpoint(sent));
  };
  await send(confirmation(randomUUID()));
  for (let catchingUp = true; !signal.aborted;) {
    const events = log.all
      .slice(indexOf(log, page), indexOf(log, page) + PAGE)
      .filter((event) => isBehind(placeOf(event), page));
    for (const event of events.filter(matches)) {
      if (!faults.silent) for (let n = faults.duplicate ? 2 : 1; n > 0; n--) await send(eventMessage(event));
      at = placeOf(event);
    }
    looked += events.length;
    const last = events.at(-1);
    if (interval > 0 && looked >= interval) {
      looked %= interval;
      if (isBehind(page, at)) at = page;
      await say();
    }
    if (last) page = { commit: BigInt(log.endOf(last)), prepare: 0n };
    if (faults.scan > 0 && last && ++pages % 10 === 0) await sleep(faults.scan);
    if (events.length === PAGE) catchingUp = true;
    if (events.length > 0 || signal.aborted) continue;
    if (catchingUp) await say();
    if (catchingUp && !faults.silent) await send(caughtUp());
    catchingUp = false;
    const newest = log.all.at(-1);
    if (!newest || !isBehind(placeOf(newest), page)) await once(log, 'written', { signal }).catch(() => undefined);
  }
};

/** @param {Reading} reading */
const read = (reading) => {
  const { options } = reading;
  if (options.hasStream())
    return options.hasSubscription() ? Promise.resolve(reading.fail('not in this double')) : readStream(reading);
  return options.hasSubscription() ? subscribeToAll(reading) : readAll(reading);
};

module.exports = { read };
