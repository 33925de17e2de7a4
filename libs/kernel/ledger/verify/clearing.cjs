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
 * @typedef {{ at?: string, c: string, class: string, subject: string }} Seal
 * @typedef {{ match: RegExp, seals: number }} BodyShape
 * @typedef {{ match: RegExp, text: (found: RegExpExecArray) => string, h: number, prev: number, recordedAt: number,
 * dates: readonly number[] }} Shape
 */
const { hash } = require('node:crypto');

const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const HASH = '[0-9a-f]{64}';
const INSTANT = '\\d{4}-\\d\\d-\\d\\dT(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z';
const CIVIL = '\\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01]))?)?';
/** Text that JSON writes as it stands. */
const PLAIN = '[ !#-\\[\\]-~]+';

/**
 * Each a subset of what the format allows: whatever lies outside goes to the exact examination. @type {Record<string,
 * string>}
 */
const RULES = {
  env: '1',
  schema: '[1-9]\\d{0,5}',
  cmd: UUID,
  actor: `(?:${UUID}|system:[a-z-]+)`,
  auth: '(?:pwd|otp|oidc|passkey|ukey|none)',
  area: '\\d{12}',
  via: '(?:web|api|cli|import|process|timer|sync|demo)',
  recordedAt: INSTANT,
  prev: HASH,
  h: HASH,
  $correlationId: PLAIN,
  $causationId: UUID,
  post: UUID,
  org: PLAIN,
  reason: PLAIN,
  basis: PLAIN,
  claimedAt: INSTANT,
  validFrom: CIVIL,
  validTo: CIVIL,
  sw: PLAIN,
  traceparent: PLAIN,
};
const REQUIRED = ['env', 'schema', 'cmd', 'actor', 'auth', 'area', 'via', 'recordedAt', 'prev', 'h'];
const DATES = ['recordedAt', 'claimedAt', 'validFrom', 'validTo'];
const CLASSES = new Set(['identity', 'contact', 'finance', 'health', 'social', 'remark', 'paper']);

const IS_UUID = new RegExp(`^${UUID}$`);
const IS_HASH = new RegExp(`^${HASH}$`);
const IS_TYPE = /^[A-Z][A-Za-z0-9]{0,99}$/;
const IS_STREAM = new RegExp(`^[a-z][A-Za-z0-9]*-${UUID}$`);
const IS_KEY = /^[A-Za-z$][A-Za-z0-9_]{0,63}$/;
const BOX = `\\{"alg":"A256GCM","ct":"[A-Za-z0-9_-]+","key":"${UUID}"\\}`;
const MAX_DEPTH = 32;

/** @template T @param {(key: string) => T} make @param {number} limit @returns {(key: string) => T} */
const remembered = (make, limit) => {
  /** @type {Map<string, T>} */
  const known = new Map();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    if (known.size >= limit) known.clear();
    known.set(key, made);
    return made;
  };
};

/** Midnight of a day that the calendar has, in milliseconds; NaN for any other. */
const dayOf = remembered((/** @type {string} */ day) => {
  const at = Date.parse(`${day}T00:00:00.000Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(day) ? at : Number.NaN;
}, 20_000);
const isKey = remembered((key) => IS_KEY.test(key), 20_000);
const isType = remembered((type) => IS_TYPE.test(type), 5000);
const boxesOf = remembered((count) => new RegExp(`^\\[${Array(Number(count)).fill(BOX).join(',')}\\]$`), 600);

/** Milliseconds of an instant whose form is known; NaN where its day is none. @param {string} instant */
const timeOf = (instant) => {
  const two = (/** @type {number} */ at) => (instant.charCodeAt(at) - 48) * 10 + instant.charCodeAt(at + 1) - 48;
  const thousandths = (instant.charCodeAt(20) - 48) * 100 + two(21);
  return dayOf(instant.slice(0, 10)) + two(11) * 3_600_000 + two(14) * 60_000 + two(17) * 1000 + thousandths;
};

/**
 * Whether a parsed value is one of the format, its keys in order. Strings are looked at in the text. @param {unknown}
 * value @param {number} depth @returns {boolean}
 */
const isValue = (value, depth) => {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) if (!isValue(value[index], depth + 1)) return false;
    return true;
  }
  let before = '';
  for (const key in value) {
    if (key <= before || !isKey(key) || !isValue(/** @type {any} */ (value)[key], depth + 1)) return false;
    before = key;
  }
  return true;
};

/**
 * The value of a text that is canonical; `undefined` for any other, and for some that hold unusual escapes. @param
 * {string} text @returns {any}
 */
const canonicalValue = (text) => {
  if (text.includes('\\u') || text.includes('__proto__')) return undefined;
  try {
    const value = JSON.parse(text);
    return JSON.stringify(value) === text && isValue(value, 0) ? value : undefined;
  } catch {
    return undefined;
  }
};

/** @param {readonly Seal[]} seals */
const areSeals = (seals) => {
  let before = '';
  for (const seal of seals) {
    const { at, c, class: of, subject } = seal;
    const order = `${at ?? ''}\n${of}\n${subject}`;
    const known = Object.keys(seal).length === (at === undefined ? 3 : 4);
    if (!known || order <= before || !CLASSES.has(of) || !IS_HASH.test(c) || !IS_UUID.test(subject)) return false;
    if (at !== undefined && typeof at !== 'string') return false;
    before = order;
  }
  return true;
};

/**
 * The seals of a body that is exactly `J({data, seals})`. @param {string} body @returns {readonly Seal[] | undefined}
 */
const sealsOf = (body) => {
  const value = canonicalValue(body);
  if (value === undefined || typeof value.data !== 'object' || Array.isArray(value.data)) return undefined;
  if (!Array.isArray(value.seals) || Object.keys(value).length !== 2) return undefined;
  return areSeals(value.seals) ? value.seals : undefined;
};

/** @param {string} text */
const literal = (text) =>
  text.replace(/[^A-Za-z0-9_]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);

const ANY_TEXT = '[^"\\\\\\u0000-\\u001f\\ud800-\\udfff]*';
const LONGEST_LIST = 6;

/** @param {string} text */
const textPattern = (text) => `"${IS_UUID.test(text) ? UUID : IS_HASH.test(text) ? HASH : ANY_TEXT}"`;

/**
 * A pattern of canonical texts like that of a canonical value: the same keys in the same places; `undefined` where
 * lists are long. @param {any} value @returns {string | undefined}
 */
const patternOf = (value) => {
  if (typeof value === 'string') return textPattern(value);
  if (typeof value === 'number') return '(?:0|-?[1-9]\\d{0,14})';
  if (typeof value === 'boolean') return '(?:true|false)';
  if (Array.isArray(value)) {
    if (value.length > 0 && value.every((item) => typeof item === 'string' && IS_UUID.test(item)))
      return `\\["${UUID}"(?:,"${UUID}")*\\]`;
    const items = value.length > LONGEST_LIST ? [undefined] : value.map(patternOf);
    return items.includes(undefined) ? undefined : `\\[${items.join(',')}\\]`;
  }
  const fields = Object.keys(value).map((key) => ({ key, pattern: patternOf(value[key]) }));
  if (fields.some(({ pattern }) => pattern === undefined)) return undefined;
  return `\\{${fields.map(({ key, pattern }) => `"${literal(key)}":${pattern}`).join(',')}\\}`;
};

/** @param {Seal} seal */
const sealPattern = ({ at, class: of }) =>
  `\\{${at === undefined ? '' : `"at":${literal(JSON.stringify(at))},`}"c":"${HASH}","class":"${of}",` +
  `"subject":"${UUID}"\\}`;

/**
 * Whether seals with these places and classes stand in order whoever their subjects are. @param {readonly Seal[]} seals
 */
const ascend = (seals) => {
  const places = seals.map(({ at = '', class: of }) => `${at}\n${of}\n`);
  return places.every(
    (place, index) => index === 0 || (place > (places[index - 1] ?? '') && !place.startsWith(places[index - 1] ?? '')),
  );
};

/**
 * Bodies like this one: matched at once, with as many seals. @param {string} body @param {readonly Seal[]} seals
 * @returns {BodyShape | undefined}
 */
const bodyShapeOf = (body, seals) => {
  const data = seals.length <= LONGEST_LIST && ascend(seals) ? patternOf(JSON.parse(body).data) : undefined;
  if (data === undefined || data.length > 8000) return undefined;
  const match = new RegExp(`^\\{"data":${data},"seals":\\[${seals.map(sealPattern).join(',')}\\]\\}$`);
  return match.test(body) ? { match, seals: seals.length } : undefined;
};

/**
 * How metadata of this sequence of keys are matched, and their hashed text written. @param {string} meta @returns
 * {Shape | undefined}
 */
const shapeOf = (meta) => {
  /** @type {string[]} */
  let keys;
  try {
    keys = Object.keys(JSON.parse(meta));
  } catch {
    return undefined;
  }
  if (!keys.every((key) => Object.hasOwn(RULES, key)) || !REQUIRED.every((key) => keys.includes(key))) return undefined;
  const match = new RegExp(`^\\{${keys.map((key) => `"${literal(key)}":"(${RULES[key]})"`).join(',')}\\}$`);
  const hashed = keys.filter((key) => key !== 'h').sort();
  const pieces = hashed.map((key, index) => ({
    text: `${index === 0 ? '{' : '",'}"${key}":"`,
    group: keys.indexOf(key) + 1,
  }));
  return {
    match,
    text: (found) => {
      let text = '';
      for (let index = 0; index < pieces.length; index++)
        text += pieces[index]?.text + (found[pieces[index]?.group ?? 0] ?? '');
      return `${text}"}`;
    },
    h: keys.indexOf('h') + 1,
    prev: keys.indexOf('prev') + 1,
    recordedAt: keys.indexOf('recordedAt') + 1,
    dates: DATES.filter((key) => keys.includes(key)).map((key) => keys.indexOf(key) + 1),
  };
};

/**
 * Whether every date among the metadata is a day of the calendar. @param {Shape} shape @param {RegExpExecArray} found
 */
const areDays = ({ dates }, found) =>
  dates.every((group) => {
    const date = found[group] ?? '';
    return date.length < 10 || !Number.isNaN(dayOf(date.slice(0, 10)));
  });

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
    const [, revision, id, type, h, body, meta, sigs] = row;
    if (typeof id !== 'string' || typeof type !== 'string' || typeof body !== 'string' || typeof meta !== 'string')
      return undefined;
    if (
      !of.wellFormed ||
      sigs !== null ||
      !Number.isSafeInteger(revision) ||
      revision < 0 ||
      !IS_UUID.test(id) ||
      !isType(type)
    )
      return undefined;
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

module.exports = { clearingOf, canonicalValue };
