import type { CommandsOf } from '@kernel/commanding';
import {
  accounts,
  type AccountSheet,
  type AccountState,
  type Credentials,
  inForce,
  type Post,
  resetPassword,
} from '@kernel/accounts';
import { dirname, resolve } from 'node:path';
import { NotFound } from '@kernel/commanding';
import { isUuid, newUuid } from '@kernel/format';
import { writeSecret } from '@kernel/privacy';
import { defineRejections, localDate } from '@kernel/sourcing';
import type { System } from '@system/system';
import type { Context } from '../context';
import { EXIT } from '../output';
import { recordReading } from '../people';
import { operate } from './operations';

const refuse = defineRejections({
  'accounts/no-administrator': {
    zh: ['{account} 从未任管理员', '本命令只恢复管理员;其他账号由管理员办理'],
    en: ['{account} never held a post of administration', 'This verb re-opens administrators: they do the rest'],
  },
});

interface Shown {
  /** A new file for the password, for its owner alone; without it the password is printed. */
  readonly out?: string;
}

/** Every account, with its login, posts and status. */
export const listAccounts = (context: Context): Promise<number> =>
  operate(context, async (system) => {
    const items: AccountSheet[] = [];
    for (let after: string | undefined, more = true; more;) {
      const page = await system.models.find(accounts, {
        limit: 500,
        ...(after !== undefined && { after }),
      });
      items.push(...page.items);
      after = page.next;
      more = after !== undefined;
    }
    const doubled = await system.logins.doubled();
    await recordReading(
      system,
      'accounts',
      items.map(({ id }) => id),
    );
    context.output.answer({ items, doubled }, [
      ...items.map(
        ({ id, account, name, status, posts }) =>
          `${account}  ${name}  ${status}  ${posts.map(said).join(', ')}  ${id}`,
      ),
      ...doubled.map((id) => `${id}: 登录名属于先开立的账号,不能登录 its login belongs to an account opened before it`),
    ]);
    return EXIT.fine;
  });

const said = ({ role, area, from, to }: Post): string => `${role} ${area} ${from}–${to ?? ''}`;

/** Lets an administrator back in who is suspended, without a post, or without a password: each of it an event. */
export const reopenAdministrator = (context: Context, account: string, shown: Shown): Promise<number> =>
  operate(context, async (system) => {
    const subject = isUuid(account) ? account : await system.logins.subjectOf(account);
    if (subject === undefined) throw new NotFound('record/not-found', { id: account });
    const { state } = await system.commands.state<AccountState>('account', subject);
    const held = state.posts.filter(({ role }) => role === 'admin').at(-1);
    if (!held) throw refuse('accounts/no-administrator', { account });
    const today = localDate(system.clock.now());
    if (state.status === 'suspended') await act(system, subject, 'ReinstateAccount', {});
    if (!state.posts.some((post) => post.role === 'admin' && inForce(post, today)))
      await appoint(system, subject, held.area, today);
    return answered(context, subject, shown, await resetPassword(system, subject, system.issued('cli', 'cli')));
  });

/** Opens an account for an administrator, where nobody is left who could. */
export const openAdministrator = (
  context: Context,
  login: string,
  { name, area, ...shown }: Shown & { readonly name: string; readonly area: string },
): Promise<number> =>
  operate(context, async (system) => {
    const subject = newUuid();
    await act(system, subject, 'OpenAccount', { account: login, name });
    await appoint(system, subject, area, localDate(system.clock.now()));
    return answered(context, subject, shown, await resetPassword(system, subject, system.issued('cli', 'cli')));
  });

const act = async (
  system: System,
  subject: string,
  command: keyof CommandsOf['account'],
  body: object,
): Promise<void> => {
  await system.commands.carryOut('account', subject, command, body, system.issued('cli', 'cli'));
};

const appoint = (system: System, subject: string, area: string, from: string): Promise<void> =>
  act(system, subject, 'AssignPost', { post: newUuid(), role: 'admin', area, from });

const answered = ({ output }: Context, subject: string, { out }: Shown, { account, password }: Credentials): number => {
  if (out !== undefined) {
    const file = resolve(out);
    writeSecret(dirname(file), file, `${JSON.stringify({ account, password })}\n`);
    output.answer({ id: subject, account, file }, [`${account}: 新密码已写入 the new password is in ${file}`]);
  } else output.answer({ id: subject, account, password }, [`${account}: 新密码 new password ${password}`]);
  return EXIT.fine;
};
