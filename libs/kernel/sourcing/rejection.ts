/** The words of a refusal, per language: what is wrong, and how to mend it. `{name}` takes a detail. */
export interface RejectionWords {
  readonly zh: readonly [what: string, mend: string];
  readonly en: readonly [what: string, mend: string];
}

/** What a refusal says beside its code: step, rule, days … never a personal value. */
export type RejectionDetails = Readonly<Record<string, string | number | boolean | readonly string[]>>;

/** A command refused by a rule of the field. Its code is stable: `domain/kebab-case`. */
export class Rejection extends Error {
  override readonly name = 'Rejection';
  constructor(
    readonly code: string,
    readonly details: RejectionDetails = {},
  ) {
    super(code);
  }
}

const filled = (words: string, details: RejectionDetails): string =>
  words.replace(/\{(\w+)\}/g, (whole, name: string) => (name in details ? String(details[name]) : whole));

/** The words of a refusal with its details in their places; its bare code where nobody declared it. */
export const wordsOf = (code: string, details: RejectionDetails = {}): RejectionWords => {
  const { zh, en } = catalogue.get(code) ?? { zh: [code, ''], en: [code, ''] };
  const told = ([what, mend]: RejectionWords['zh']) => [filled(what, details), filled(mend, details)] as const;
  return { zh: told(zh), en: told(en) };
};

const catalogue = new Map<string, RejectionWords>();

/** Every refusal that was defined, by code: words for the answer, rows for docs/generated/rejections.md. */
export const rejectionCatalogue = (): ReadonlyMap<string, RejectionWords> => catalogue;

/** Declares the refusals of a slice, with their words. The result makes them; only declared codes compile. */
export const defineRejections = <C extends Record<`${string}/${string}`, RejectionWords>>(words: C) => {
  for (const [code, said] of Object.entries(words)) {
    if (catalogue.has(code) && catalogue.get(code) !== said) throw new Error(`the refusal ${code} is defined twice`);
    catalogue.set(code, said);
  }
  return (code: keyof C & string, details?: RejectionDetails): Rejection => new Rejection(code, details);
};

defineRejections({
  'record/erased': {
    zh: ['所需的个人信息已依法销毁或对您关闭', '请改用不需要该信息的操作,或查阅销毁登记'],
    en: [
      'The personal values needed were destroyed by law or are closed to you',
      'Use an act that does not need them, or see the destruction register',
    ],
  },
});
