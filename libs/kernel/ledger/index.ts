export { ledgerDecider, ledgerPermissions } from './ledger.decider';
export { copyLog, LogsDiffer, summaryOf, type LogSummary } from './copying/copy-log';
export { LedgerFiles, type LedgerFile } from './ledger-files';
export {
  EMPTY_ROOT,
  hashLeaf,
  hashNode,
  rootOf,
  subtreesOf,
  inclusionPath,
  consistencyPath,
  verifiesConsistency,
  verifiesInclusion,
} from './merkle/tree';
export { checkpointText, readCheckpoint, type Checkpoint } from './note/checkpoint';
export {
  COSIGNATURE,
  isSignedBy,
  MalformedNote,
  readNote,
  readVerifierKey,
  verifierKey,
  type NoteVerifier,
} from './note/signed-note';
export { Mirror, type Mirrored } from './outside/mirror';
export { MirrorAlarm } from './outside/mirror-alarm';
export { checkSlip, readSlip, slipText, type Slip, type SlipFinding } from './outside/slip';
export { cosignStick, exportTo, importFrom, WitnessRefused } from './outside/stick';
export { Witness, type WitnessAnswer } from './outside/witness';
export { Witnessing, type OutsideCopy, type Pushed, type WitnessSetting } from './outside/witnessing';
export { EntryIndex, EntryOutOfOrder } from './reading/entry-index';
export { Heads, verifiesAbsence, verifiesHead, type AbsenceProof, type HeadProof } from './reading/heads';
export { Notary, type NotaryOptions, type SealedHeads } from './notary';
export { Ledger, LedgerDamaged, type LedgerBasis, type LedgerSource, type SignedCheckpoint } from './reading/ledger';
export {
  dataOf,
  entryOfLedgerEvent,
  isSignedByLog,
  keysAt,
  keysOf,
  type LedgerEvent,
  type LogKey,
} from './reading/ledger-events';
export { Sealer, type SealerOptions, type SealingStatus } from './sealing/sealer';
export { SealingStopped } from './sealing/sealing-stopped';
export { SigningKeys, signingKey } from './signing-key';
export { eventsOf, verifyLog, type Damage, type Verification } from './verify';
export { type LogVerification } from './verify/damage';
