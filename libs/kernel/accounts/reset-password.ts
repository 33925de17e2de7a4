import { newUuid } from '@kernel/format';
import type { Commands } from '@kernel/commanding';
import type { CommandMeta } from '@kernel/sourcing';
import type { Logins } from './logins';
import { randomPassword, type Sessions } from './sessions';

export interface Credentials {
  readonly account: string;
  readonly password: string;
}

/**
 * A password that nobody knew before, for whoever may be given one: recorded first, without the password; every session
 * of the account ends.
 */
export const resetPassword = async (
  { commands, sessions, logins }: { readonly commands: Commands; readonly sessions: Sessions; readonly logins: Logins },
  subject: string,
  issued: CommandMeta,
): Promise<Credentials> => {
  // A repeated command is answered without being allowed anew, so that it must not give a password: each reset is one
  // of its own.
  await commands.execute('account', subject, 'SetPassword', {}, { ...issued, cmd: newUuid() });
  const password = randomPassword();
  await sessions.setPassword(subject, password);
  return { account: (await logins.loginOf(subject)) ?? '', password };
};
