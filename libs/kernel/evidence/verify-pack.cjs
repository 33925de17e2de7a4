// @ts-check
/**
 * Verifies an evidence pack with Web Crypto alone: the same text runs in Node and, written into the pack's page, in a
 * browser without network. It knows docs/format/1.md, RFC 6962 and C2SP, and nothing of the system that made the pack.
 *
 * @typedef {import('./evidence').Evidence} Evidence
 * @typedef {import('./evidence').EvidenceEvent} EvidenceEvent
 * @typedef {import('./evidence').EvidenceStream} EvidenceStream
 * @typedef {import('./evidence').HeldPaper} HeldPaper
 * @typedef {import('./evidence').PackDamage} PackDamage
 * @typedef {import('./evidence').PackVerification} PackVerification
 * @typedef {{evidence: Evidence, damages: PackDamage[], doubts: string[], size: number, root: string, sids: Map<string,
 * string>}} Work
 */
'use strict';

const { subtle } = globalThis.crypto;
const ZERO = '0'.repeat(64);

/** @param {string} text */
const utf8 = (text) => new TextEncoder().encode(text);
/** @param {Uint8Array} bytes */
const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
/** @param {string} text */
const unhex = (text) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
/** @param {string} text */
const unbase64 = (text) => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
/** @param {readonly (Uint8Array | readonly number[])[]} parts */
const join = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));
/** @param {Uint8Array} bytes */
const sha256 = async (bytes) => new Uint8Array(await subtle.digest('SHA-256', /** @type {any} */ (bytes)));
/** @param {string} text */
const hashText = async (text) => hex(await sha256(utf8(text)));
/** @param {number} number */
const uint64 = (number) => {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(number));
  return bytes;
};

/** RFC 8785 of the values of the format: no fractions, no null. @param {any} value @returns {string} */
const J = (value) => {
  if (Array.isArray(value)) return `[${value.map(J).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const keys = Object.keys(value).filter((key) => value[key] !== undefined);
  return `{${keys
    .sort()
    .map((key) => `${JSON.stringify(key)}:${J(value[key])}`)
    .join(',')}}`;
};

/** @param {Uint8Array} entry */
const leafOf = (entry) => sha256(join([0], entry));
/** @param {Uint8Array} left @param {Uint8Array} right */
const nodeOf = (left, right) => sha256(join([1], left, right));

/**
 * RFC 9162 section 2.1.3.2. @param {Uint8Array} leaf @param {number} index @param {number} size @param {readonly
 * string[]} path @returns {Promise<string | undefined>} the root that the path leads to
 */
const climb = async (leaf, index, size, path) => {
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

/**
 * @param {Work} work @param {string} kind @param {string} detail @param {string} [stream] @param {EvidenceEvent}
 * [event]
 */
const damage = (work, kind, detail, stream, event) => {
  work.damages.push({ kind, detail, ...(stream && { stream }), ...(event && { revision: event.rev, id: event.id }) });
};

/**
 * @param {string} text @returns {{text: string, signatures: {name: string, keyId: string, signature: Uint8Array}[]}}
 */
const readNote = (text) => {
  const end = text.lastIndexOf('\n\n');
  const signatures = text
    .slice(end + 2, -1)
    .split('\n')
    .map((line) => {
      const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
      const bytes = unbase64(encoded);
      return { name, keyId: hex(bytes.slice(0, 4)), signature: bytes.slice(4) };
    });
  return { text: text.slice(0, end + 1), signatures };
};

/** @param {string} key verifier key of C2SP signed-note */
const readKey = async (key) => {
  const [name = '', keyId = '', ...rest] = key.trim().split('+');
  const typed = unbase64(rest.join('+'));
  const computed = hex(await sha256(join(utf8(`${name}\n`), typed))).slice(0, 8);
  return { name, keyId, type: typed[0], raw: typed.slice(1), right: computed === keyId && typed.length === 33 };
};

/**
 * @returns {Promise<boolean | undefined>} undefined where Ed25519 is not to be had @param {Uint8Array} raw @param
 * {Uint8Array} signature @param {Uint8Array} message
 */
const ed25519 = async (raw, signature, message) => {
  try {
    const key = await subtle.importKey('raw', /** @type {any} */ (raw), { name: 'Ed25519' }, false, ['verify']);
    return await subtle.verify({ name: 'Ed25519' }, key, /** @type {any} */ (signature), /** @type {any} */ (message));
  } catch (error) {
    if (error instanceof Error && error.name === 'NotSupportedError') return undefined;
    return false;
  }
};

/**
 * The message that a signature of the note signs: a log's the text, a witness's its second and the text. @param {number
 * | undefined} type @param {string} text @param {Uint8Array} signature
 */
const messageOf = (type, text, signature) => {
  if (type !== 4) return { message: utf8(text), bytes: signature };
  const time = new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);
  return { message: utf8(`cosignature/v1\ntime ${time}\n${text}`), bytes: signature.slice(8), time: Number(time) };
};

/** @param {Work} work @param {readonly string[]} trusted verifier keys that the inspector brought */
const checkCheckpoint = async (work, trusted) => {
  const { basis, checkpoint, keys } = work.evidence;
  const note = readNote(checkpoint);
  const [origin = '', size = '', root = ''] = note.text.split('\n');
  if (note.text !== `${origin}\n${size}\n${root}\n` || !origin.endsWith(`/${basis.log}`) || origin !== basis.origin)
    damage(work, 'checkpoint', 'it is not a checkpoint of this log');
  if (Number(size) !== basis.treeSize || hex(unbase64(root)) !== basis.root)
    damage(work, 'checkpoint', 'size or root are not those that the pack states');
  if (trusted.length === 0) work.doubts.push('keys-of-pack');
  const logKeys = await Promise.all((trusted.length > 0 ? trusted : keys).map(readKey));
  const witnesses = [];
  let signed = 0;
  for (const { name, keyId, signature } of note.signatures) {
    const key = logKeys.find((one) => one.right && one.name === name && one.keyId === keyId);
    if (!key) continue;
    const { message, bytes, time } = messageOf(key.type, note.text, signature);
    const right = await ed25519(key.raw, bytes, message);
    if (right === undefined) work.doubts.push('no-ed25519');
    else if (!right) damage(work, 'signature', `the signature of ${name} is not right`);
    if (key.type === 1 && name === origin && right !== false) signed++;
    if (time !== undefined && right) witnesses.push({ name, at: new Date(time * 1000).toISOString() });
  }
  if (signed === 0) damage(work, 'signature', 'no key that is trusted here signed the checkpoint');
  return witnesses;
};

/** @param {Work} work @param {string} stream */
const sidOf = async (work, stream) => {
  const known = work.sids.get(stream) ?? (await hashText(`jiandang/1/stream\n${work.evidence.basis.log}\n${stream}`));
  work.sids.set(stream, known);
  return known;
};

/** @param {EvidenceEvent} event */
const bodyHashOf = (event) =>
  event.body === undefined ? Promise.resolve(event.bodyHash) : hashText(`jiandang/1/body\n${event.body}`);

/**
 * One event: its hash over what is shown, its signatures, its place in the tree. @param {Work} work @param {string}
 * stream @param {EvidenceEvent} event
 */
const checkEvent = async (work, stream, event) => {
  const { h, ...meta } = event.meta;
  if (event.body !== undefined && J(JSON.parse(event.body)) !== event.body)
    damage(work, 'form', 'the body is not canonical', stream, event);
  if (event.body !== undefined && event.bodyHash !== undefined)
    damage(work, 'form', 'a body and its hash at once', stream, event);
  const head = {
    body: await bodyHashOf(event),
    id: event.id,
    log: work.evidence.basis.log,
    meta,
    rev: event.rev,
    stream,
    type: event.type,
  };
  if ((await hashText(`jiandang/1/event\n${J(head)}`)) !== h)
    damage(work, 'hash', 'body or head does not hash to h', stream, event);
  if (event.sigs && (await hashText(`jiandang/1/sigs\n${J(event.sigs)}`)) !== meta.sig)
    damage(work, 'signature', 'the signatures are not those of the event', stream, event);
  const entry = join([1], unhex(await sidOf(work, stream)), uint64(event.rev), unhex(h ?? ''));
  const root = await climb(await leafOf(entry), event.index, work.size, event.path);
  if (root !== work.root) damage(work, 'inclusion', 'the ledger does not hold this event at its place', stream, event);
  for (const { seal, part, salt } of event.parts ?? []) await checkPart(work, stream, event, { seal, part, salt });
};

/**
 * An opened part against the seal that the hash covers. @param {Work} work @param {string} stream @param
 * {EvidenceEvent} event @param {{seal: number, part: object, salt: string}} opened
 */
const checkPart = async (work, stream, event, { seal, part, salt }) => {
  const sealed = event.body === undefined ? undefined : JSON.parse(event.body).seals[seal];
  if (!sealed) return damage(work, 'seal', `there is no seal ${seal}`, stream, event);
  const { c, ...named } = sealed;
  const key = await subtle.importKey('raw', unhex(salt), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const text = `jiandang/1/seal\n${J({ ...named, id: event.id, part })}`;
  const computed = hex(new Uint8Array(await subtle.sign('HMAC', key, utf8(text))));
  if (computed !== c) damage(work, 'seal', `the opened part is not what was sealed (${named.class})`, stream, event);
};

/** Events 0…rev without gap, each naming the one before. @param {Work} work @param {EvidenceStream} stream */
const checkStream = async (work, { stream, events }) => {
  let [rev, h, index] = [-1, ZERO, -1];
  for (const event of events) {
    if (event.rev !== rev + 1) damage(work, 'revision', `revision ${event.rev} follows ${rev}`, stream, event);
    if (event.meta.prev !== h) damage(work, 'chain', 'prev is not the hash of the revision before', stream, event);
    if (event.index <= index) damage(work, 'inclusion', 'the ledger holds it before its predecessor', stream, event);
    await checkEvent(work, stream, event);
    [rev, h, index] = [event.rev, event.meta.h ?? '', event.index];
  }
};

/**
 * @param {Work} work @param {{sid: string, rev: number, h: string, index: number, path: readonly string[]}} head @param
 * {{root: string, streams: number}} sealed
 */
const isHead = async (work, { sid, rev, h, index, path }, sealed) =>
  (await climb(await leafOf(join(unhex(sid), uint64(rev), unhex(h))), index, sealed.streams, path)) === sealed.root;

/**
 * The pack holds all events of a stream, or the stream is not there. @param {Work} work @param {EvidenceStream} stream
 * @param {{root: string, streams: number, entries: number}} sealed
 */
const checkComplete = async (work, { stream, events, head, absence }, sealed) => {
  const sid = await sidOf(work, stream);
  const last = events.at(-1);
  if (last) {
    if (!head || !(await isHead(work, { sid, rev: last.rev, h: last.meta.h ?? '', ...head }, sealed)))
      damage(work, 'complete', 'the last event shown is not proven to be the last', stream, last);
    if (events.some(({ index }) => index >= sealed.entries))
      damage(work, 'complete', 'an event lies behind the sealed heads', stream);
    return;
  }
  const { before, after } = absence ?? {};
  const adjoin = (before?.index ?? -1) + 1 === (after?.index ?? sealed.streams);
  const around = (!before || before.sid < sid) && (!after || sid < after.sid);
  const proven =
    !!absence &&
    adjoin &&
    around &&
    (!before || (await isHead(work, before, sealed))) &&
    (!after || (await isHead(work, after, sealed)));
  if (!proven) damage(work, 'complete', 'it is not proven that the stream is not there', stream);
};

/** What was asked for is what is shown. @param {Work} work */
const checkQuestion = (work) => {
  const { question, streams } = work.evidence;
  const [first] = streams;
  if (first?.stream !== `household-${question.household}`)
    damage(work, 'question', 'the first stream is not that of the household asked for');
  for (const { stream, events } of streams) {
    for (const event of events) {
      const late = question.knownAt !== undefined && (event.meta.recordedAt ?? '') > question.knownAt;
      if (late !== (event.body === undefined))
        damage(work, 'question', 'a body is shown or withheld against the moment asked for', stream, event);
      const seals = event.body === undefined ? [] : JSON.parse(event.body).seals;
      for (const { seal } of event.parts ?? []) {
        const open =
          question.disclosure === 'whole' ||
          (question.disclosure === 'members' && question.members?.includes(seals[seal]?.subject));
        if (!open) damage(work, 'question', 'a part is open that was not to be disclosed', stream, event);
      }
    }
  }
};

/** Every paper that an event shown rests on has its stream in the pack. @param {Work} work */
const checkLinks = (work) => {
  const there = new Set(work.evidence.streams.map(({ stream }) => stream));
  for (const { stream, events } of work.evidence.streams) {
    for (const event of events) {
      const papers = event.body === undefined ? [] : (JSON.parse(event.body).data.papers ?? []);
      for (const paper of papers)
        if (!there.has(`paper-${paper}`)) damage(work, 'link', `paper ${paper} is missing`, stream, event);
    }
  }
};

/**
 * The SHA-256 of a paper's file, where its part is opened. @param {EvidenceStream} received @returns {string |
 * undefined}
 */
const digestOf = ({ events }) =>
  events[0]?.parts?.map(({ part }) => /** @type {any} */ (part).sha256).find((one) => one !== undefined);

/**
 * Papers that are held and not disclosed: each is proven to have been received, none is given. @param {Work} work
 * @returns {HeldPaper[]}
 */
const checkHeld = (work) =>
  (work.evidence.held ?? []).flatMap((paper) => {
    const received = work.evidence.streams.find(({ stream }) => stream === `paper-${paper}`);
    const h = received?.events[0]?.meta.h;
    if (!received || h === undefined) damage(work, 'held', `paper ${paper} is said to be held, its record is not here`);
    if (work.evidence.papers.includes(paper))
      damage(work, 'held', `paper ${paper} is said to be held, and given as well`);
    const sha256 = received && digestOf(received);
    return h === undefined ? [] : [{ paper, h, ...(sha256 !== undefined && { sha256 }) }];
  });

/** @param {Work} work */
const checkHeads = async (work) => {
  const { heads, basis } = work.evidence;
  const stream = `ledger-${basis.log}`;
  await checkEvent(work, stream, heads);
  const { entries, root, streams } = JSON.parse(heads.body ?? '{"data":{}}').data;
  if (heads.type !== 'HeadsSealed' || !(entries <= heads.index))
    damage(work, 'complete', 'the heads are not sealed by the log', stream, heads);
  return { entries, root, streams };
};

/**
 * @param {Evidence} evidence
 * @param {readonly string[]} trusted verifier keys that the inspector brought; empty = those inside, and a doubt is
 * told
 * @returns {Promise<PackVerification>}
 */
const verifyEvidence = async (evidence, trusted = []) => {
  /** @type {Work} */
  const work = {
    evidence,
    damages: [],
    doubts: [],
    size: evidence.basis.treeSize,
    root: evidence.basis.root,
    sids: new Map(),
  };
  if (evidence.format !== 'jiandang/pack/1') damage(work, 'form', 'this is not a pack of format 1');
  const witnesses = await checkCheckpoint(work, trusted);
  const sealed = await checkHeads(work);
  for (const stream of evidence.streams) {
    await checkStream(work, stream);
    await checkComplete(work, stream, sealed);
  }
  checkQuestion(work);
  checkLinks(work);
  const held = checkHeld(work);
  const events = evidence.streams.flatMap((one) => one.events);
  return {
    sound: work.damages.length === 0,
    damages: work.damages,
    doubts: [...new Set(work.doubts)],
    witnesses,
    basis: evidence.basis,
    entries: sealed.entries,
    streams: evidence.streams.length,
    events: events.length,
    opened: events.reduce((sum, { parts }) => sum + (parts?.length ?? 0), 0),
    held,
  };
};

/**
 * Papers of the pack against the digests that were sealed when they came. @param {Evidence} evidence @param
 * {ReadonlyMap<string, Uint8Array>} files @returns {Promise<PackDamage[]>}
 */
const verifyPapers = async (evidence, files) => {
  /** @type {PackDamage[]} */
  const damages = [];
  for (const name of evidence.papers) {
    const bytes = files.get(`papers/${name}`);
    const received = evidence.streams.find(({ stream }) => stream === `paper-${name}`);
    const digest = received && digestOf(received);
    if (!bytes) damages.push({ kind: 'paper', stream: `paper-${name}`, detail: 'the file is missing' });
    else if (hex(await sha256(bytes)) !== digest)
      damages.push({ kind: 'paper', stream: `paper-${name}`, detail: 'the file has another hash' });
  }
  return damages;
};

module.exports = {
  verifyEvidence,
  verifyPapers,
  sha256Hex: async (/** @type {Uint8Array} */ bytes) => hex(await sha256(bytes)),
  J,
};
