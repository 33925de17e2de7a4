// @ts-nocheck
// Verifies a live ledger from public specifications alone: C2SP signed-note, tlog-checkpoint, tlog-tiles; RFC 6962, RFC
// 9162.
// usage: node verify-ledger.mjs <url of the ledger> <verifier key> <index of an entry>
import { createHash, createPublicKey, verify } from 'node:crypto';
const [url, verifierKey, wanted] = process.argv.slice(2);
const get = async (path) => {
  const response = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`));
  return response.ok ? Buffer.from(await response.arrayBuffer()) : undefined;
};
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const node = (left, right) => sha256(Buffer.of(1), left, right);
const must = (condition, words) => condition || process.exit(console.error(`NOT VERIFIED: ${words}`) ?? 1);
// signed-note: <name>+<key id>+<base64(type || key)>; text, empty line, `— <name> <base64(key id || signature)>`
const [, name, keyId, encoded] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(verifierKey);
const typed = Buffer.from(encoded, 'base64');
must(sha256(Buffer.from(`${name}\n`), typed).toString('hex', 0, 4) === keyId && typed[0] === 1, 'the verifier key');
const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), typed.subarray(1)]);
const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
const note = (await get('checkpoint')).toString();
const end = note.lastIndexOf('\n\n') + 1;
const signed = note
  .slice(end + 1)
  .split('\n')
  .some((line) => {
    const [dash, signer, base64 = ''] = line.split(' ');
    const bytes = Buffer.from(base64, 'base64');
    return (
      dash === '—' &&
      signer === name &&
      bytes.toString('hex', 0, 4) === keyId &&
      verify(null, Buffer.from(note.slice(0, end)), key, bytes.subarray(4))
    );
  });
const [origin, sizeLine, rootLine] = note.split('\n');
const [size, index] = [Number(sizeLine), Number(wanted)];
must(signed && origin === name, 'the signature of the checkpoint');
must(index < size, `entry ${index} of ${size}`);
// tlog-tiles: 256 wide, partial tiles `.p/<width>`, entries behind their uint16 length
const padded = (n) =>
  (n < 1000 ? '' : `${padded(Math.floor(n / 1000)).replace(/(\d{3})$/, 'x$1')}/`) + String(n % 1000).padStart(3, '0');
const file = async (level, n, width) =>
  (width < 256 && (await get(`tile/${level}/${padded(n)}.p/${width}`))) || get(`tile/${level}/${padded(n)}`);
const at = Math.floor(index / 256);
const bundle = await file('entries', at, Math.min(256, size - at * 256));
let offset = 0;
for (let skipped = at * 256; skipped < index; skipped++) offset += 2 + bundle.readUInt16BE(offset);
const entry = bundle.subarray(offset + 2, offset + 2 + bundle.readUInt16BE(offset));
// RFC 6962: hash of the subtree over the leaves [from, from + count), out of the lowest tiles that hold it
const subtree = async (from, count, level = 0) => {
  if (count >= 256 && count % 256 === 0 && level < 7 && Math.log2(count) % 1 === 0)
    return subtree(from / 256, count / 256, level + 1);
  const n = Math.floor(from / 256);
  const tile = await file(level, n, Math.min(256, Math.floor(size / 256 ** level) - n * 256));
  const fold = (first, width) =>
    width === 1
      ? tile.subarray(first * 32, first * 32 + 32)
      : node(fold(first, width / 2), fold(first + width / 2, width / 2));
  return fold(from % 256, count);
};
const range = async (from, count) => {
  if (Math.log2(count) % 1 === 0) return subtree(from, count);
  const left = 2 ** (Math.ceil(Math.log2(count)) - 1);
  return node(await range(from, left), await range(from + left, count - left));
};
const climb = async (from, count) => {
  if (count === 1) return sha256(Buffer.of(0), entry);
  const left = 2 ** (Math.ceil(Math.log2(count)) - 1);
  if (index < from + left) return node(await climb(from, left), await range(from + left, count - left));
  return node(await range(from, left), await climb(from + left, count - left));
};
must((await climb(0, size)).toString('base64') === rootLine, 'the inclusion proof');
console.log(`verified: ${origin} has ${size} entries; entry ${index} is one of them`);
