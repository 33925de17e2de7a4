// @ts-check
/** Texts of the format, told by their bytes: for the quick examination of stored rows (clearing.cjs). */
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}';
const HASH = '[0-9a-f]{64}';
const INSTANT = '\\d{4}-\\d\\d-\\d\\dT(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d\\.\\d{3}Z';
const CIVIL = '\\d{4}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\\d|3[01]))?)?';
/** Text that JSON writes as it stands. */
const PLAIN = '[ !#-\\[\\]-~]+';

const IS_UUID = new RegExp(`^${UUID}$`);
const IS_HASH = new RegExp(`^${HASH}$`);
const IS_TYPE = /^[A-Z][A-Za-z0-9]{0,99}$/;
const IS_STREAM = new RegExp(`^[a-z][A-Za-z0-9]*-${UUID}$`);
const IS_KEY = /^[A-Za-z$][A-Za-z0-9_]{0,63}$/;
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
/** Milliseconds of an instant whose form is known; NaN where its day is none. @param {string} instant */
const timeOf = (instant) => {
  const two = (/** @type {number} */ at) => (instant.charCodeAt(at) - 48) * 10 + instant.charCodeAt(at + 1) - 48;
  const thousandths = (instant.charCodeAt(20) - 48) * 100 + two(21);
  return dayOf(instant.slice(0, 10)) + two(11) * 3_600_000 + two(14) * 60_000 + two(17) * 1000 + thousandths;
};

/** Whether a parsed value is one of the format, its keys in order. Strings are looked at in the text.
 * @param {unknown} value @param {number} depth @returns {boolean} */
const isValue = (value, depth) => {
  if (typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return false;
  return Array.isArray(value) ? areValues(value, depth + 1) : areMembers(value, depth + 1);
};

/** @param {unknown[]} items @param {number} depth */
const areValues = (items, depth) => {
  for (let index = 0; index < items.length; index++) if (!isValue(items[index], depth)) return false;
  return true;
};

/** @param {object} object @param {number} depth */
const areMembers = (object, depth) => {
  let before = '';
  for (const key in object) {
    if (key <= before || !isKey(key) || !isValue(/** @type {any} */ (object)[key], depth)) return false;
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

const TEXT = { UUID, HASH, INSTANT, CIVIL, PLAIN };
module.exports = { TEXT, IS_UUID, IS_HASH, IS_STREAM, IS_TYPE, canonicalValue, dayOf, remembered, timeOf };
