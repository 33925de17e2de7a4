/**
 * What the verification of a pack computes with: Web Crypto alone, so that the same text runs in Node and, bundled into
 * the pack's page, in a browser without network. It knows docs/format/1.md, RFC 6962 and C2SP, and nothing of the
 * system that made the pack.
 */
export const { subtle } = globalThis.crypto;

export type Bytes = Uint8Array<ArrayBuffer>;

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const unhex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));

export const unbase64 = (text: string): Bytes => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

export const join = (...parts: readonly (Uint8Array | readonly number[])[]): Bytes =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

export const uint64 = (number: number): Bytes => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
};

export const sha256 = async (bytes: Uint8Array): Promise<Bytes> =>
  new Uint8Array(await subtle.digest('SHA-256', Uint8Array.from(bytes)));

export const hashText = async (text: string): Promise<string> => hex(await sha256(utf8(text)));

/** RFC 8785 of the values of the format: no fractions, no null. */
export const J = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(J).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value as Record<string, unknown>)
    .filter(([, one]) => one !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, one]) => `${JSON.stringify(key)}:${J(one)}`).join(',')}}`;
};

export const leafOf = (entry: Uint8Array): Promise<Bytes> => sha256(join([0], entry));

const nodeOf = (left: Uint8Array, right: Uint8Array): Promise<Bytes> => sha256(join([1], left, right));

/** RFC 9162 section 2.1.3.2: the root that the path leads to, if it leads to one. */
export const climb = async (
  leaf: Bytes,
  index: number,
  size: number,
  path: readonly string[],
): Promise<string | undefined> => {
  let [node, last, hash] = [index, size - 1, leaf];
  if (!(index >= 0 && index < size)) return undefined;
  for (const step of path.map(unhex)) {
    if (last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = await nodeOf(step, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else hash = await nodeOf(hash, step);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hex(hash) : undefined;
};

/** HMAC-SHA-256, as hex digits. */
export const hmac = async (salt: Bytes, text: string): Promise<string> => {
  const key = await subtle.importKey('raw', salt, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  return hex(new Uint8Array(await subtle.sign('HMAC', key, utf8(text))));
};
