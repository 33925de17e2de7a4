import type { AccountSheet } from '@kernel/accounts';
import type { System } from '@system/system';

interface Acted {
  readonly actor: string;
  readonly requestedBy?: string;
}

/** Names and logins of those who acted, by account: every act has a named person. */
export const peopleOf = async (
  system: System,
  acts: readonly Acted[],
): Promise<Readonly<Record<string, { readonly account: string; readonly name: string }>>> => {
  const ids = new Set(acts.flatMap(({ actor, requestedBy }) => [actor, ...(requestedBy === undefined ? [] : [requestedBy])])); // prettier-ignore
  const found: Record<string, { account: string; name: string }> = {};
  for (const id of ids) {
    const sheet = await system.models.get<AccountSheet>('accounts', id);
    if (sheet) found[id] = { account: sheet.account, name: sheet.name };
  }
  return found;
};
