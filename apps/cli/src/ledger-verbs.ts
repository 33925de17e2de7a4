import type { Command } from 'commander';
import type { Context } from './context';
import {
  cosign,
  exportLedger,
  importLedger,
  mirror,
  rotateKey,
  verifySlip,
  type MirrorArguments,
} from './verbs/ledger';
import { initWitness, serveWitness } from './verbs/witness';

type Verb = <A extends readonly unknown[]>(
  work: (context: Context, ...args: A) => Promise<number>,
) => (...args: A) => Promise<void>;

export type Verbs = Record<'verb' | 'check', Verb>;

const many = (one: string, before: readonly string[]): readonly string[] => [...before, one];

/** Verbs of the ledger, and of those outside who keep it honest. */
export const ledgerVerbs = (program: Command, verifying: Command, { verb, check }: Verbs): void => {
  verifying
    .command('slip')
    .argument('<text-or-file>')
    .option('--ledger <url-or-folder>', 'default: the ledger of the data folder')
    .description('check a slip (its QR code) against a ledger')
    .action(check((context, text: string, { ledger }: { ledger?: string }) => verifySlip(context, text, ledger)));

  const ledger = program.command('ledger').description('账本');
  ledger
    .command('rotate-key')
    .description('let another key sign the checkpoints')
    .action(verb((context) => rotateKey(context)));
  ledger
    .command('export')
    .argument('<usb-folder>')
    .description('put the newest checkpoint on a stick, for a witness')
    .action(verb((context, folder: string) => exportLedger(context, folder)));
  ledger
    .command('import')
    .argument('<usb-folder>')
    .description('take cosignatures back from a stick')
    .action(verb((context, folder: string) => importLedger(context, folder)));

  program
    .command('mirror')
    .argument('<url>', 'where the ledger is served, e.g. http://127.0.0.1:3000/ledger/')
    .argument('<folder>')
    .description('follow a ledger without keys and events; exit 1 when it forks, skips or goes back')
    .option('--once', 'one round')
    .option('--key <verifier-key>', 'the key of the log, brought from elsewhere')
    .option('--every <seconds>', 'between rounds', Number)
    .action(
      verb((context, url: string, folder: string, options: MirrorArguments) => mirror(context, url, folder, options)),
    );

  const witness = program
    .command('witness')
    .description('证人')
    .option('--home <folder>', 'its own folder', './witness');
  const home = (): string => witness.opts<{ home: string }>().home;
  witness
    .command('init')
    .description('make a witness, or let it watch one more key')
    .option('--name <name>', 'e.g. archive.example/witness')
    .option('--log <verifier-key>', 'of a log it watches; repeatable', many, [])
    .action(
      verb((context, options: { name?: string; log: readonly string[] }) => initWitness(context, home(), options)),
    );
  witness
    .command('serve')
    .description('cosign over HTTP (C2SP tlog-witness)')
    .option('--port <port>', '', Number, 3100)
    .option('--host <host>', '', '127.0.0.1')
    .action(verb((context, options: { port: number; host: string }) => serveWitness(context, home(), options)));
  witness
    .command('cosign')
    .argument('<usb-folder>')
    .description('cosign what a stick holds')
    .action(verb((context, folder: string) => cosign(context, folder, home())));
};
