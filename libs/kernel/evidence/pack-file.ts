import { hash } from 'node:crypto';
import { unzipSync, zipSync, type Zippable } from 'fflate';
import { canonical } from '@kernel/format';
import type { Evidence, PackDamage, PackVerification } from './evidence';
import { isPageOf, packPage } from './page';
import { PACK_README } from './readme';
import { J } from './verifying/primitives';
import { verifyEvidence, verifyPapers } from './verifying/verify-pack';

/** A file that is no evidence pack at all. */
export class NoPack extends Error {
  override readonly name = 'NoPack';
}

type Files = ReadonlyMap<string, Uint8Array>;

/** Fixed, so that the same content is the same bytes. */
const MTIME = new Date(1980, 0, 1);

const zipOf = (files: Files): Buffer => {
  const names = [...files.keys()].sort();
  const entries: Zippable = Object.fromEntries(
    names.map((name) => [name, [files.get(name) ?? new Uint8Array(), { level: 0, mtime: MTIME }]]),
  );
  return Buffer.from(zipSync(entries));
};

const sha256 = (bytes: Uint8Array): string => hash('sha256', bytes, 'hex');

/** In the form of `sha256sum -c`. */
const manifestOf = (files: Files): Buffer =>
  Buffer.from(
    [...files]
      .sort()
      .map(([name, bytes]) => `${sha256(bytes)}  ${name}\n`)
      .join(''),
  );

/** The pack as one zip: stored, sorted, dated 1980, so that equal evidence gives equal bytes. */
export const writePack = (evidence: Evidence, papers: Files): { readonly zip: Buffer; readonly sha256: string } => {
  const text = canonical(evidence);
  const files = new Map<string, Uint8Array>([
    ['README.txt', Buffer.from(PACK_README)],
    ['checkpoint', Buffer.from(evidence.checkpoint)],
    ['evidence.json', Buffer.from(text)],
    ['index.html', Buffer.from(packPage(text))],
    ...[...papers].map(([name, bytes]) => [`papers/${name}`, bytes] as const),
  ]);
  files.set('manifest.txt', manifestOf(files));
  const zip = zipOf(files);
  return { zip, sha256: sha256(zip) };
};

const unzipped = (zip: Uint8Array): Files => {
  try {
    return new Map(Object.entries(unzipSync(zip)));
  } catch (error) {
    throw new NoPack(`not a readable zip: ${String(error)}`);
  }
};

/** Bytes of the container itself: names, times, order. Each is as a pack is written, or it was changed. */
const containerDamages = (zip: Uint8Array, files: Files): readonly PackDamage[] => {
  const again = zipOf(files);
  if (again.equals(zip)) return [];
  const at = again.findIndex((byte, index) => byte !== zip[index]);
  return [{ kind: 'container', detail: `the zip differs from how a pack is written, at byte ${String(at)}` }];
};

const MANIFEST = 'manifest.txt';

const manifestDamages = (files: Files): readonly PackDamage[] => {
  const lines = new TextDecoder()
    .decode(files.get(MANIFEST) ?? new Uint8Array())
    .split('\n')
    .filter(Boolean);
  const listed = new Map(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  const others = new Map([...files].filter(([name]) => name !== MANIFEST));
  const changed = [...others].filter(([name, bytes]) => listed.get(name) !== sha256(bytes));
  const missing = [...listed.keys()].filter((name) => !others.has(name));
  const odd = changed.length + missing.length === 0 && !manifestOf(others).equals(files.get(MANIFEST) ?? Buffer.of());
  return [
    ...changed.map(([file]) => ({ kind: 'file', file, detail: 'not what the manifest lists' })),
    ...missing.map((file) => ({ kind: 'file', file, detail: 'listed, but not in the pack' })),
    ...(odd ? [{ kind: 'file', file: MANIFEST, detail: 'not in the form of a manifest' }] : []),
  ];
};

const evidenceOf = (files: Files): Evidence => {
  const text = new TextDecoder().decode(files.get('evidence.json'));
  const evidence = JSON.parse(text) as Evidence;
  if (J(evidence) !== text) throw new SyntaxError('evidence.json is not canonical');
  return evidence;
};

/** SHA-256 of the descriptions of versions whose packs are out in the world. */
const README_BEFORE: ReadonlySet<string> = new Set([
  '60f23c08fdbe6a615cf3de47d5aae43ba0ad415eca1b1827147e7b0dfe836a98',
]);

const isReadme = (text: string): boolean => text === PACK_README || README_BEFORE.has(sha256(Buffer.from(text)));

/** Files that must follow from the evidence: its note, the page, the description. No other paper is there. */
const derivedDamages = (files: Files, evidence: Evidence): readonly PackDamage[] => {
  const textOf = (file: string): string => new TextDecoder().decode(files.get(file));
  const detail = 'not the one that this verifier makes of the evidence: altered, or of another version';
  const derived: readonly (readonly [file: string, follows: boolean, kind: string])[] = [
    ['checkpoint', textOf('checkpoint') === evidence.checkpoint, 'file'],
    ['index.html', isPageOf(canonical(evidence), textOf('index.html')), 'page'],
    ['README.txt', isReadme(textOf('README.txt')), 'page'],
  ];
  const given = new Set(evidence.papers.map((paper) => `papers/${paper}`));
  const others = [...files.keys()].filter((file) => file.startsWith('papers/') && !given.has(file));
  return [
    ...derived.filter(([, follows]) => !follows).map(([file, , kind]) => ({ kind, file, detail })),
    ...others.map((file) => ({ kind: 'paper', file, detail: 'the evidence does not give it' })),
  ];
};

/**
 * Verifies a pack byte by byte: container, manifest, evidence (ledger, chain, seals, completeness), papers, page.
 * @param trusted verifier keys of log and witnesses that the inspector brought
 * @throws NoPack when the file is no pack that could be read at all
 */
export const verifyPack = async (zip: Uint8Array, trusted: readonly string[] = []): Promise<PackVerification> => {
  const files = unzipped(zip);
  if (!files.has('evidence.json')) throw new NoPack('there is no evidence.json in it');
  const outer = [...containerDamages(zip, files), ...manifestDamages(files)];
  try {
    const evidence = evidenceOf(files);
    const verified = await verifyEvidence(evidence, trusted);
    const damages = [
      ...outer,
      ...verified.damages,
      ...(await verifyPapers(evidence, files)),
      ...derivedDamages(files, evidence),
    ];
    return { ...verified, sound: damages.length === 0, damages };
  } catch (error) {
    const unread: PackDamage = { kind: 'form', file: 'evidence.json', detail: String(error) };
    const basis = { log: '', origin: '', treeSize: 0, root: '' };
    const nothing = { doubts: [], witnesses: [], basis, entries: 0, streams: 0, events: 0, opened: 0, held: [] };
    return { sound: false, damages: [...outer, unread], ...nothing };
  }
};
