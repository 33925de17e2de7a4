import type { PackVerification } from '../evidence';
import { hex, join, sha256, subtle, unbase64, utf8, type Bytes } from './primitives';
import { damage, type Work } from './work';

interface Signature {
  readonly name: string;
  readonly keyId: string;
  readonly signature: Bytes;
}

const readNote = (text: string): { readonly text: string; readonly signatures: readonly Signature[] } => {
  const end = text.lastIndexOf('\n\n');
  const lines = text.slice(end + 2, -1).split('\n');
  const signatures = lines.map((line) => {
    const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
    const bytes = unbase64(encoded);
    return { name, keyId: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
  });
  return { text: text.slice(0, end + 1), signatures };
};

/** A verifier key of C2SP signed-note. */
const readKey = async (key: string) => {
  const [name = '', keyId = '', ...rest] = key.trim().split('+');
  const typed = unbase64(rest.join('+'));
  const computed = hex(await sha256(join(utf8(`${name}\n`), typed))).slice(0, 8);
  return { name, keyId, type: typed[0], raw: typed.slice(1), right: computed === keyId && typed.length === 33 };
};

/** `undefined` where Ed25519 is not to be had. */
const ed25519 = async (raw: Bytes, signature: Bytes, message: Bytes): Promise<boolean | undefined> => {
  try {
    const key = await subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
    return await subtle.verify({ name: 'Ed25519' }, key, signature, message);
  } catch (error) {
    if (error instanceof Error && error.name === 'NotSupportedError') return undefined;
    return false;
  }
};

/** What a signature of the note signs: a log's the text, a witness's its second and the text. */
const messageOf = (type: number | undefined, text: string, signature: Bytes) => {
  if (type !== 4) return { message: utf8(text), bytes: signature };
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  const message = utf8(`cosignature/v1\ntime ${String(time)}\n${text}`);
  return { message, bytes: signature.slice(8), time: Number(time) };
};

type Note = ReturnType<typeof readNote>;
type Key = Awaited<ReturnType<typeof readKey>>;

const checkStated = (work: Work, { text }: Note): void => {
  const { basis } = work.evidence;
  const [origin = '', size = '', root = ''] = text.split('\n');
  if (text !== `${origin}\n${size}\n${root}\n` || !origin.endsWith(`/${basis.log}`) || origin !== basis.origin)
    damage(work, 'checkpoint', 'it is not a checkpoint of this log');
  if (Number(size) !== basis.treeSize || hex(unbase64(root)) !== basis.root)
    damage(work, 'checkpoint', 'size or root are not those that the pack states');
};

/** Whether the log signed; and when a witness did. */
const checkSignature = async (
  work: Work,
  text: string,
  { name, signature }: Signature,
  key: Key,
): Promise<{ readonly byLog: boolean; readonly at?: string }> => {
  const { message, bytes, time } = messageOf(key.type, text, signature);
  const isRight = await ed25519(key.raw, bytes, message);
  if (isRight === undefined) work.doubts.push('no-ed25519');
  else if (!isRight) damage(work, 'signature', `the signature of ${name} is not right`);
  const isLogs = key.type === 1 && text.startsWith(`${name}\n`);
  return {
    byLog: isLogs && isRight !== false,
    ...(time !== undefined && isRight === true && { at: new Date(time * 1000).toISOString() }),
  };
};

/** Answers which witnesses signed the checkpoint. `trusted`: verifier keys that the inspector brought. */
export const checkCheckpoint = async (
  work: Work,
  trusted: readonly string[],
): Promise<PackVerification['witnesses']> => {
  const note = readNote(work.evidence.checkpoint);
  checkStated(work, note);
  if (trusted.length === 0) work.doubts.push('keys-of-pack');
  const keys = await Promise.all((trusted.length > 0 ? trusted : work.evidence.keys).map(readKey));
  const witnesses: { readonly name: string; readonly at: string }[] = [];
  let signed = 0;
  for (const signature of note.signatures) {
    const { name, keyId } = signature;
    const key = keys.find((one) => one.right && one.name === name && one.keyId === keyId);
    if (!key) continue;
    const { byLog, at } = await checkSignature(work, note.text, signature, key);
    if (byLog) signed++;
    if (at !== undefined) witnesses.push({ name, at });
  }
  if (signed === 0) damage(work, 'signature', 'no key that is trusted here signed the checkpoint');
  return witnesses;
};
