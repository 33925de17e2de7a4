import type { Command } from 'commander';
import type { Verbs } from './ledger-verbs';
import { listAccounts, openAdministrator, reopenAdministrator } from './verbs/accounts';
import { backup, exportMasterKey, restore, verifyKeys } from './verbs/keeping';
import { migrate } from './verbs/migrate';
import { retryFailedJob, retryParkedOne, showJobs, showParked } from './verbs/operations';

/** Verbs of whoever keeps the system: accounts, keys, what failed, backups, engines. */
export const operatorVerbs = (program: Command, { verb, check }: Verbs): void => {
  const accounts = program.command('accounts').description('账号');
  accounts
    .command('list')
    .description('every account with its login, posts and status')
    .action(verb((context) => listAccounts(context)));
  accounts
    .command('reopen')
    .argument('<login-or-id>')
    .option('--out <file>', 'write the new password to a file of mode 0600 instead of printing it')
    .description('let an administrator back in: reinstated, appointed, with a new password, each an event')
    .action(
      verb((context, account: string, options: { out?: string }) => reopenAdministrator(context, account, options)),
    );
  accounts
    .command('open')
    .argument('<login>')
    .requiredOption('--name <name>', 'the name of the person')
    .requiredOption('--area <prefix>', 'the area of the post of administration')
    .option('--out <file>', 'write the password to a file of mode 0600 instead of printing it')
    .description('open an account for an administrator where none is left')
    .action(
      verb((context, login: string, options: { name: string; area: string; out?: string }) =>
        openAdministrator(context, login, options),
      ),
    );

  const keys = program.command('keys').description('密钥');
  keys
    .command('verify')
    .description('open every box')
    .action(check((context) => verifyKeys(context)));
  keys
    .command('export-master')
    .argument('<folder>')
    .description('two sealed copies of the master key (MASTER_PASSPHRASE)')
    .action(verb((context, folder: string) => exportMasterKey(context, folder)));

  const jobs = program
    .command('jobs')
    .description('任务: what waits, and what failed for good')
    .action(verb((context) => showJobs(context)));
  jobs
    .command('retry')
    .argument('<id>')
    .description('run a failed job again')
    .action(verb((context, id: string) => retryFailedJob(context, id)));
  const parked = program
    .command('parked')
    .description('搁置: documents of views and effects that wait for help')
    .action(verb((context) => showParked(context)));
  parked
    .command('retry')
    .argument('<view>', 'the view of a document; `effect` for an effect')
    .argument('<key>', 'the key of the document, or the id of the effect')
    .description('fold a parked document anew, or try a parked effect once more')
    .action(verb((context, view: string, key: string) => retryParkedOne(context, view, key)));

  program
    .command('backup')
    .argument('<dir>')
    .description('copy log, keys and papers, also while the system runs')
    .action(verb((context, folder: string) => backup(context, folder)));
  program
    .command('restore')
    .argument('<dir>')
    .description('put a backup into an empty data folder and verify it')
    .action(verb((context, folder: string) => restore(context, folder)));

  program
    .command('migrate')
    .description(
      'copy the log to another engine with ids, hashes and order, and verify that both ends are equal; goes on ' +
        'where it was cut off',
    )
    .requiredOption('--from <engine>', 'embedded or eventstoredb')
    .requiredOption('--to <engine>', 'eventstoredb or embedded')
    .action(verb((context, options: { from: string; to: string }) => migrate(context, options)));
};
