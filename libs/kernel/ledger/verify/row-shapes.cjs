// @ts-check
/**
 * Shapes of bodies and metadata that a log's writers use again and again: matched at once, by one regular expression.
 *
 * @typedef {{ at?: string, c: string, class: string, subject: string }} Seal
 * @typedef {{ match: RegExp, seals: number }} BodyShape
 * @typedef {{ match: RegExp, text: (found: RegExpExecArray) => string, h: number, prev: number, recordedAt: number,
 * dates: readonly number[] }} Shape
 */
const { TEXT, IS_UUID, IS_HASH, canonicalValue } = require('./canonical-text.cjs');

const { UUID, HASH, INSTANT, CIVIL, PLAIN } = TEXT;
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

module.exports = { bodyShapeOf, sealsOf, shapeOf };
