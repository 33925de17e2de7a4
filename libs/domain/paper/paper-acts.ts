/** An act that rests on a paper, as far as decides who may see the paper. */
export interface PaperAct {
  readonly area: string;
  /** The household in whose stream it stands; empty where it stands elsewhere. */
  readonly household: string;
}

/** What rests on papers: known to who looks at all records. */
export abstract class PaperActs {
  /** The first act in order that rests on the paper and that `visible` lets through. */
  abstract first(paper: string, visible: (act: PaperAct) => boolean): Promise<PaperAct | undefined>;

  /** Whether a paper speaks of more than what lies within: by its kind, or because an act elsewhere rests on it too. */
  abstract speaksOfOthers(
    paper: { readonly id: string; readonly kind: string },
    within: (act: PaperAct) => boolean,
  ): Promise<boolean>;
}
