// @ts-check
/**
 * Opening boxes quickly, for the threads of `verify`: says that a box opens to what was sealed, or nothing. Where it
 * says nothing the exact opening (`openBox` of the format) decides and names it.
 * @typedef {{ at?: string, c: string, class: string, subject: string }} Seal
 * @typedef {{ alg?: string, ct?: string, key?: string }} Box
 */
const { createDecipheriv, hash } = require('node:crypto');
const { canonicalValue } = require('./canonical-text.cjs');

const SALT = 32;
const BLOCK = 64;

/** HMAC-SHA-256 under a salt of 32 bytes. @param {Buffer} salt @param {string} text */
const hmac = (salt, text) => {
  const inner = Buffer.allocUnsafe(BLOCK + Buffer.byteLength(text));
  const outer = Buffer.allocUnsafe(BLOCK + 32);
  for (let at = 0; at < BLOCK; at++) {
    const byte = at < SALT ? (salt[at] ?? 0) : 0;
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  }
  inner.write(text, BLOCK);
  hash('sha256', inner, 'buffer').copy(outer, BLOCK);
  return hash('sha256', outer, 'hex');
};

/** @param {string} log @param {Seal} seal @param {Box} box @param {Buffer} secret */
const decrypted = (log, seal, box, secret) => {
  const bytes = Buffer.from(box.ct ?? '', 'base64url');
  if (bytes.length < 12 + 256 + 16 || bytes.toString('base64url') !== box.ct) return undefined;
  if (box.alg !== 'A256GCM' || Object.keys(box).length !== 3) return undefined;
  try {
    const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, 12), { authTagLength: 16 })
      .setAAD(Buffer.from(`jiandang/1/box\n${log}\n${seal.c}\n${box.key}`))
      .setAuthTag(bytes.subarray(-16));
    const plain = decipher.update(bytes.subarray(12, -16));
    decipher.final();
    return plain;
  } catch {
    return undefined;
  }
};

/** @param {Buffer} padded */
const endOf = (padded) => {
  let end = padded.length - 1;
  while (end >= SALT && padded[end] === 0) end--;
  return end >= SALT && padded[end] === 0x80 ? end : -1;
};

/**
 * Whether a box opens to what its seal commits to. @param {string} log @param {string} id @param {Seal} seal @param
 * {Box} box @param {Buffer} secret
 */
const opens = (log, id, seal, box, secret) => {
  const plain = decrypted(log, seal, box, secret);
  const end = plain ? endOf(plain) : -1;
  if (!plain || end < 0) return false;
  const text = plain.toString('utf8', SALT, end);
  if (canonicalValue(text) === undefined) return false;
  const place = seal.at === undefined ? '' : `"at":${JSON.stringify(seal.at)},`;
  const owner = `"class":"${seal.class}","id":"${id}","part":${text},"subject":"${seal.subject}"`;
  const sealed = `jiandang/1/seal\n{${place}${owner}}`;
  return hmac(plain.subarray(0, SALT), sealed) === seal.c;
};

module.exports = { opens };
