import { accounts as accountsView } from '@kernel/accounts';
import type { ViewName } from '@system/features';
import type { System } from '@system/system';

/** Shows an account by login and name: `village-1 石清远`; parts of the system as they are. */
export type Naming = (account: string) => string;

export const namingOf = async (system: System, accounts: readonly string[]): Promise<Naming> => {
  const names = new Map<string, string>();
  for (const id of new Set(accounts)) {
    const sheet = await system.models.get(accountsView, id);
    if (sheet) names.set(id, `${sheet.account} ${sheet.name}`);
  }
  return (account) => names.get(account) ?? account;
};

/** Whoever stands at the machine reads too: that is recorded like any other reading. */
export const recordReading = (
  system: System,
  view: ViewName,
  subjects: readonly string[],
  purpose = 'cli',
): Promise<void> =>
  subjects.length === 0
    ? Promise.resolve()
    : system.reads.record({ at: system.clock.now(), actor: 'system:cli', purpose, view, subjects });
