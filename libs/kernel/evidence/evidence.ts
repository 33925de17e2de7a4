/** What an evidence pack holds: `evidence.json` is `J` of this. Hashes are 64 hex digits. */
export interface Evidence {
  readonly format: 'jiandang/pack/1';
  readonly question: EvidenceQuestion;
  readonly basis: { readonly log: string; readonly origin: string; readonly treeSize: number; readonly root: string };
  /** The signed note with its cosignatures. */
  readonly checkpoint: string;
  /** Verifier keys of the log, for convenience: an inspector brings their own. */
  readonly keys: readonly string[];
  /** `HeadsSealed`: which event was the last of every stream. */
  readonly heads: EvidenceEvent;
  /** The household first, then what its events rest on: papers, notices, meetings, the officials' accounts. */
  readonly streams: readonly EvidenceStream[];
  /** Papers whose files are in the pack. */
  readonly papers: readonly string[];
  /**
   * Papers that speak of others too: held by the office, not disclosed. Packs made before there were such have none.
   */
  readonly held?: readonly string[];
  /** Chinese words for the page: they prove nothing. */
  readonly words: EvidenceWords;
}

export interface EvidenceWords {
  readonly events: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string>>;
  /** By field: pairs of code and label. */
  readonly codes: Readonly<Record<string, readonly (readonly [code: string, label: string])[]>>;
}

/** What somebody asked for; the same question at the same checkpoint gives the same bytes. */
export interface EvidenceQuestion {
  readonly household: string;
  /**
   * All that the caller may open, only parts about these persons, or none: a closed part still verifies by its seal.
   */
  readonly disclosure: Disclosure;
  readonly members?: readonly string[];
  /** Bodies recorded after this instant are withheld; their hashes stay, so that the history is proven complete. */
  readonly knownAt?: string;
}

export const DISCLOSURES = ['whole', 'members', 'masked'] as const;
export type Disclosure = (typeof DISCLOSURES)[number];

export interface EvidenceEvent {
  readonly rev: number;
  readonly id: string;
  readonly type: string;
  readonly meta: Readonly<Record<string, string>>;
  /** `J({data, seals})`; where it is withheld, its hash. */
  readonly body?: string;
  readonly bodyHash?: string;
  readonly sigs?: readonly object[];
  /** Opened parts by the index of their seal, with the salt that proves them. */
  readonly parts?: readonly { readonly seal: number; readonly part: object; readonly salt: string }[];
  /** Index and inclusion path of its entry in the ledger of the basis. */
  readonly index: number;
  readonly path: readonly string[];
}

export interface PackedHead {
  readonly index: number;
  readonly path: readonly string[];
}

export interface NamedHead extends PackedHead {
  readonly sid: string;
  readonly rev: number;
  readonly h: string;
}

export interface EvidenceStream {
  readonly stream: string;
  readonly events: readonly EvidenceEvent[];
  /** That its last event is the last. */
  readonly head?: PackedHead;
  /** That there is no such stream: the heads between which it would stand. */
  readonly absence?: { readonly before?: NamedHead; readonly after?: NamedHead };
}

export interface PackDamage {
  readonly kind: string;
  readonly detail: string;
  /** The file of the pack, where the damage is not one of an event. */
  readonly file?: string;
  readonly stream?: string;
  readonly revision?: number;
  readonly id?: string;
}

/** A paper that the pack names and does not give: its record's hash, and its file's where that part is opened. */
export interface HeldPaper {
  readonly paper: string;
  readonly h: string;
  readonly sha256?: string;
}

export interface PackVerification {
  readonly sound: boolean;
  readonly damages: readonly PackDamage[];
  /** `keys-of-pack`: no key was brought; `no-ed25519`: this browser cannot check signatures. */
  readonly doubts: readonly string[];
  readonly witnesses: readonly { readonly name: string; readonly at: string }[];
  readonly basis: Evidence['basis'];
  /** The histories are complete up to this many entries of the ledger. */
  readonly entries: number;
  readonly streams: number;
  readonly events: number;
  readonly opened: number;
  /** Held, not disclosed (持有,未披露): no damage. */
  readonly held: readonly HeldPaper[];
}
