import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import {
  consistencyPath,
  EMPTY_ROOT,
  hashLeaf,
  inclusionPath,
  rootOf,
  subtreesOf,
  verifiesConsistency,
  verifiesInclusion,
} from './merkle/tree';
import { checkpointText, readCheckpoint } from './note/checkpoint';
import {
  COSIGNATURE,
  cosignNote,
  cosignedAt,
  isSignedBy,
  MalformedNote,
  readNote,
  readVerifierKey,
  signNote,
  verifierKey,
  writeNote,
} from './note/signed-note';
import { entriesPath, readBundle, tileOf, tilePath, tileWidth, writeBundle } from './tiles';

const leavesOf = (size: number): readonly Buffer[] =>
  Array.from({ length: size }, (_, index) => hashLeaf(Buffer.from(String(index))));

describe('the tree', () => {
  const classic = [
    '',
    '00',
    '10',
    '2021',
    '3031',
    '40414243',
    '5051525354555657',
    '606162636465666768696a6b6c6d6e6f',
  ].map((hex) => hashLeaf(Buffer.from(hex, 'hex')));

  it('has the roots of the classic test leaves of RFC 6962', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    const roots = classic.map((_, index) => rootOf(index + 1, subtreesOf(classic)).toString('hex'));
    expect(roots.map((root) => `${root.slice(0, 8)}…${root.slice(-5)}`)).toEqual([
      '6e340b9c…fa01d',
      'fac54203…3c125',
      'aeb6bcfe…06e77',
      'd37ee418…614b7',
      '4e3bbb1f…264d4',
      '76e67dad…087ef',
      'ddb89be4…74c8c',
      '5dc9da79…04328',
    ]);
  });

  it('proves every leaf at every size, and no other leaf, index, size or root', () => {
    const leaves = leavesOf(70);
    const hashes = subtreesOf(leaves);
    for (let size = 1; size <= leaves.length; size++) {
      const root = rootOf(size, hashes);
      for (let index = 0; index < size; index++) {
        const path = inclusionPath(index, size, hashes);
        expect(verifiesInclusion(leaves[index]!, index, size, path, root)).toBe(true);
        expect(verifiesInclusion(hashLeaf(Buffer.from('another')), index, size, path, root)).toBe(false);
        expect(verifiesInclusion(leaves[index]!, index + 1, size, path, root)).toBe(false);
        expect(verifiesInclusion(leaves[index]!, index, size, [...path, root], root)).toBe(false);
        if (path.length > 0) expect(verifiesInclusion(leaves[index]!, index, size, path.slice(1), root)).toBe(false);
      }
    }
  });

  it('proves that every size continues every smaller one, and no changed one', () => {
    const leaves = leavesOf(40);
    const hashes = subtreesOf(leaves);
    const roots = [EMPTY_ROOT, ...leaves.map((_, index) => rootOf(index + 1, hashes))];
    const other = subtreesOf([hashLeaf(Buffer.from('other')), ...leaves.slice(1)]);
    for (let size = 1; size <= leaves.length; size++) {
      for (let old = 1; old <= size; old++) {
        const path = consistencyPath(old, size, hashes);
        expect(verifiesConsistency(old, size, path, roots[old]!, roots[size]!)).toBe(true);
        expect(verifiesConsistency(old, size, path, rootOf(old, other), roots[size]!)).toBe(false);
        expect(verifiesConsistency(old, size, path, roots[old]!, rootOf(size, other))).toBe(false);
      }
    }
  });

  it('proves leaves of large trees too, whatever their size', () => {
    const leaves = leavesOf(3000);
    const hashes = subtreesOf(leaves);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (size, any) => {
        const index = any % size;
        const path = inclusionPath(index, size, hashes);
        const root = rootOf(size, hashes);
        expect(verifiesInclusion(leaves[index]!, index, size, path, root)).toBe(true);
        const old = (any % size) + 1;
        expect(verifiesConsistency(old, size, consistencyPath(old, size, hashes), rootOf(old, hashes), root)).toBe(
          true,
        );
      }),
    );
  });
});

describe('tiles', () => {
  it('have the paths of the specification', () => {
    expect(tilePath(0, 1_234_067)).toBe('tile/0/x001/x234/067');
    expect(tilePath(2, 0, 17)).toBe('tile/2/000.p/17');
    expect(entriesPath(273, 112)).toBe('tile/entries/273.p/112');
  });

  it('hold what the specification says of a tree of 70,000 entries', () => {
    expect(tileWidth(0, 273, 70_000)).toBe(112);
    expect(tileWidth(0, 272, 70_000)).toBe(256);
    expect(tileWidth(1, 1, 70_000)).toBe(17);
    expect(tileWidth(2, 0, 70_000)).toBe(1);
    expect(tileWidth(3, 0, 70_000)).toBe(0);
    expect(tileOf(9, 3)).toEqual({ level: 1, index: 0, from: 6, width: 2 });
  });

  it('give back the entries of a bundle, and refuse one that was cut', () => {
    const entries = [Buffer.from('a'), Buffer.alloc(73, 7), Buffer.alloc(0)];
    expect(readBundle(writeBundle(entries))).toEqual(entries);
    expect(() => readBundle(writeBundle(entries).subarray(0, -3))).toThrow(RangeError);
  });
});

describe('a signed note', () => {
  it('is the example of the specification', () => {
    const key = 'example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k';
    expect(readVerifierKey(key)).toMatchObject({ name: 'example.com/foo', keyId: '530d903a', type: 1 });
    const note =
      'This is an example message.\n\n— example.com/foo ' +
      'Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n';
    expect(isSignedBy(readNote(note), readVerifierKey(key))).toBe(true);
    expect(writeNote(readNote(note))).toBe(note);
    expect(() => readVerifierKey(key.replace('530d903a', '530d903b'))).toThrow(MalformedNote);
  });

  const { privateKey } = generateKeyPairSync('ed25519');
  const text = checkpointText({ origin: 'jiandang.example/1', size: 7, root: EMPTY_ROOT });
  const verifier = readVerifierKey(verifierKey('jiandang.example/1', privateKey));

  it('is verified by its key only, and not when a letter is another', () => {
    const note = writeNote({ text, signatures: [signNote(text, 'jiandang.example/1', privateKey)] });
    expect(isSignedBy(readNote(note), verifier)).toBe(true);
    expect(readCheckpoint(readNote(note).text)).toEqual({ origin: 'jiandang.example/1', size: 7, root: EMPTY_ROOT });
    expect(isSignedBy(readNote(note.replace('\n7\n', '\n8\n')), verifier)).toBe(false);
    const other = readVerifierKey(verifierKey('jiandang.example/1', generateKeyPairSync('ed25519').privateKey));
    expect(isSignedBy(readNote(note), other)).toBe(false);
  });

  it('carries the second at which a witness signed', () => {
    const own = signNote(text, 'jiandang.example/1', privateKey);
    const witness = createPrivateKey(
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }),
    );
    const cosignature = cosignNote(text, 'archive.example/w', witness, 1_764_000_000);
    const note = readNote(writeNote({ text, signatures: [own, cosignature] }));
    const theirs = readVerifierKey(verifierKey('archive.example/w', witness, COSIGNATURE));
    expect(isSignedBy(note, theirs)).toBe(true);
    expect(isSignedBy(note, verifier)).toBe(true);
    expect(cosignedAt(note.signatures[1]!)).toBe(1_764_000_000);
    expect(isSignedBy({ ...note, text: note.text.replace('7', '8') }, theirs)).toBe(false);
  });

  it.each(['', 'text\n', 'text\n\n', 'text\n\n— name\n', 'text\n\n- name AAAAAAAA\n'])('is not %j', (note) => {
    expect(() => readNote(note)).toThrow(MalformedNote);
  });
});
