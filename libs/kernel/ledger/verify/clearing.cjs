// @ts-check
/**
 * The quick examination of stored rows, for the threads of `verify`: it only ever *clears* a row, by the bytes that are
 * stored. A row that it does not clear is no damage yet: the exact examination (exact.ts) decides and names it. What is
 * cleared here, that one would find in order too: clearing.spec.ts holds the two against each other.
 *
 * @typedef {{ name: string, sid: Buffer, wellFormed: boolean }} Stream
 * @typedef {readonly [stream: number, revision: number, id: string, type: string, h: string, body: string, meta:
 * string, sigs: string | null]} Row
 * @typedef {{ prev: string, time: number, seals: number }} Cleared
 * @typedef {import('./row-shapes.cjs').Shape} Shape
 * @typedef {import('./row-shapes.cjs').BodyShape} BodyShape
 */
const { hash } = require('node:crypto');
const { TEXT, IS_STREAM, IS_TYPE, IS_UUID, dayOf, remembered, timeOf } = require('./canonical-text.cjs');
const { bodyShapeOf, sealsOf, shapeOf } = require('./row-shapes.cjs');

const BOX = `\\{"alg":"A256GCM","ct":"[A-Za-z0-9_-]+","key":"${TEXT.UUID}"\\}`;
const isType = remembered((type) => IS_TYPE.test(type), 5000);
const boxesOf = remembered((count) => new RegExp(`^\\[${Array(Number(count)).fill(BOX).join(',')}\\]$`), 600);

/**
 * Whether every date among the metadata is a day of the calendar. @param {Shape} shape @param {RegExpExecArray} found
 */
const areDays = ({ dates }, found) =>
  dates.every((group) => {
    const date = found[group] ?? '';
    return date.length < 10 || !Number.isNaN(dayOf(date.slice(0, 10)));
  });

/** Whether the columns beside body and metadata are in order. @param {Row} row */
const isRow = ([, revision, id, type, , body, meta, sigs]) =>
  typeof body === 'string' &&
  typeof meta === 'string' &&
  sigs === null &&
  Number.isSafeInteger(revision) &&
  revision >= 0 &&
  typeof id === 'string' &&
  IS_UUID.test(id) &&
  typeof type === 'string' &&
  isType(type);

/** The examination of rows of one log. @param {string} log */
const clearingOf = (log) => {
  /** Shapes by type of event: its writers use one or two. @type {Map<string, Shape[]>} */
  const shapes = new Map();

  /** @param {string} type @param {string} meta @returns {{ shape: Shape, found: RegExpExecArray } | undefined} */
  const matched = (type, meta) => {
    const known = shapes.get(type) ?? [];
    for (const shape of known) {
      const found = shape.match.exec(meta);
      if (found) return { shape, found };
    }
    const shape = known.length < 40 ? shapeOf(meta) : undefined;
    const found = shape?.match.exec(meta);
    if (!shape || !found) return undefined;
    shapes.set(type, [...known, shape]);
    return { shape, found };
  };

  /** @type {Map<string, BodyShape[]>} */
  const bodies = new Map();

  /**
   * How many seals a body that is in order has. @param {string} type @param {string} body @returns {number | undefined}
   */
  const sealed = (type, body) => {
    const known = bodies.get(type) ?? [];
    for (const shape of known) if (shape.match.test(body)) return shape.seals;
    const seals = sealsOf(body);
    const shape = seals && known.length < 12 ? bodyShapeOf(body, seals) : undefined;
    if (shape) bodies.set(type, [...known, shape]);
    return seals?.length;
  };

  /** @param {string} name @returns {Stream} */
  const stream = (name) => ({
    name,
    sid: Buffer.from(hash('sha256', `jiandang/1/stream\n${log}\n${name}`, 'hex'), 'hex'),
    wellFormed: typeof name === 'string' && IS_STREAM.test(name),
  });

  /**
   * What the chain and the ledger need of a row that is in order. @param {Stream} of @param {Row} row @param {string |
   * null | undefined} boxes @returns {Cleared | undefined}
   */
  const clear = (of, row, boxes) => {
    const [, revision, id, type, h, body, meta] = row;
    if (!of.wellFormed || !isRow(row)) return undefined;
    const match = matched(type, meta);
    if (!match || match.found[match.shape.h] !== h || !areDays(match.shape, match.found)) return undefined;
    const { shape, found } = match;
    const digest = hash('sha256', `jiandang/1/body\n${body}`, 'hex');
    const head =
      `jiandang/1/event\n{"body":"${digest}","id":"${id}","log":"${log}","meta":${shape.text(found)},` +
      `"rev":${revision},"stream":"${of.name}","type":"${type}"}`;
    if (hash('sha256', head, 'hex') !== h) return undefined;
    const seals = sealed(type, body);
    if (seals === undefined || !areBoxes(seals, boxes)) return undefined;
    return { prev: found[shape.prev] ?? '', time: timeOf(found[shape.recordedAt] ?? ''), seals };
  };

  return { stream, clear };
};

/** @param {number} count @param {string | null | undefined} boxes */
const areBoxes = (count, boxes) => {
  if (boxes === null || boxes === undefined) return count === 0;
  return count > 0 && typeof boxes === 'string' && boxesOf(String(count)).test(boxes);
};

module.exports = { clearingOf };
