import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { specificationOf, type Given } from '@kernel/sourcing/testing/specification';
import { ledgerDecider } from './ledger.decider';
import { COSIGNATURE, signNote, verifierKey, writeNote } from './note/signed-note';
import { rotationText } from './reading/ledger-events';

const ORIGIN = 'jiandang.example/1';
const [present, next, stranger] = Array.from({ length: 3 }, () => generateKeyPairSync('ed25519').privateKey) as [
  KeyObject,
  KeyObject,
  KeyObject,
];
const keyOf = (key: KeyObject) => verifierKey(ORIGIN, key);
const noteBy = (key: KeyObject, text: string) => writeNote({ text, signatures: [signNote(text, ORIGIN, key)] });

const given = specificationOf(ledgerDecider);
const open = { format: 'jiandang/1', keys: [keyOf(present)], origin: ORIGIN, spec: 'a'.repeat(64) };
const opened: Given = { type: 'LogOpened', data: open };
const heads = (entries: number) => ({ entries, root: 'b'.repeat(64), streams: 1 });
const sealed = (entries: number): Given => ({ type: 'HeadsSealed', data: heads(entries) });
const rotation = { key: keyOf(next), note: noteBy(present, rotationText(ORIGIN, keyOf(next))) };
const rotated: Given = { type: 'SigningKeyRotated', data: rotation };
const verification = { events: 9, streams: 2, sound: true, damages: 0, kinds: [] };

describe('the ledger of a log', () => {
  it('is opened once, and before anything else', () => {
    given().when('OpenLog', open).then(opened);
    given(opened).when('OpenLog', open).thenRejected('ledger/already-open');
    given().when('SealHeads', heads(1)).thenRejected('ledger/not-open');
    given().when('RotateSigningKey', rotation).thenRejected('ledger/not-open');
    given().when('RecordVerification', verification).thenRejected('ledger/not-open');
  });

  it('seals heads further on, or anew at the same entry, never further back', () => {
    given(opened, sealed(7)).when('SealHeads', heads(8)).then(sealed(8));
    given(opened, sealed(7)).when('SealHeads', heads(7)).then(sealed(7));
    given(opened, sealed(7)).when('SealHeads', heads(6)).thenRejected('ledger/heads-behind', { entries: 6, sealed: 7 });
  });

  it('records what a verification found', () => {
    given(opened, sealed(7)).when('RecordVerification', verification).then({ type: 'LogVerified', data: verification });
    const verified: Given = { type: 'LogVerified', data: verification };
    given(opened, sealed(7), verified).when('SealHeads', heads(6)).thenRejected('ledger/heads-behind');
  });
});

describe('the signing key', () => {
  it('is followed by the one that it names in a signed note', () => {
    given(opened).when('RotateSigningKey', rotation).then(rotated);
    const back = { key: keyOf(present), note: noteBy(next, rotationText(ORIGIN, keyOf(present))) };
    given(opened, rotated).when('RotateSigningKey', back).then({ type: 'SigningKeyRotated', data: back });
    given(opened, rotated, sealed(3)).when('SealHeads', heads(2)).thenRejected('ledger/heads-behind');
  });

  const cosigner = verifierKey(ORIGIN, next, COSIGNATURE);
  it.each([
    ['named by somebody else', { ...rotation, note: noteBy(stranger, rotationText(ORIGIN, rotation.key)) }],
    ['that another note names', { ...rotation, note: noteBy(present, rotationText(ORIGIN, keyOf(stranger))) }],
    ['in no signed note', { ...rotation, note: 'no note' }],
    ['that is no key', { key: 'no key', note: noteBy(present, rotationText(ORIGIN, 'no key')) }],
    ['that signs already', { key: keyOf(present), note: noteBy(present, rotationText(ORIGIN, keyOf(present))) }],
    ['of a witness', { key: cosigner, note: noteBy(present, rotationText(ORIGIN, cosigner)) }],
  ])('is not followed by one %s', (_what, body) => {
    given(opened).when('RotateSigningKey', body).thenRejected('ledger/key-not-named');
  });

  it('names nothing more once it was followed', () => {
    const other = { key: keyOf(stranger), note: noteBy(present, rotationText(ORIGIN, keyOf(stranger))) };
    given(opened, rotated).when('RotateSigningKey', other).thenRejected('ledger/key-not-named');
  });

  it('lies nowhere: acts of the log have no place', () => {
    expect(ledgerDecider.area(ledgerDecider.initialState, open, undefined as never)).toBe('000000000000');
  });
});
