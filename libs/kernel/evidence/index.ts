export { assembleEvidence, type LedgerAt, type PaperDisclosure } from './assemble';
export {
  DISCLOSURES,
  type Disclosure,
  type Evidence,
  type EvidenceQuestion,
  type EvidenceWords,
  type NamedHead,
  type PackVerification,
} from './evidence';
export { evidenceFeature, noSuchCheckpoint, type EvidencePack } from './evidence-pack';
export { NoPack, verifyPack, writePack } from './pack-file';
export { ledgerAt, NoSuchCheckpoint } from './ledger-at';
