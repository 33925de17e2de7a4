#!/usr/bin/env node
import 'reflect-metadata';
import { Command, InvalidArgumentError } from 'commander';
import type { Context, Options } from './context';
import { run } from './ending';
import { blameVerb, type BlameOptions } from './verbs/blame';
import { compliance, type ComplianceArguments } from './verbs/compliance';
import { exportEvidence, verifyPackFile, type ExportOptions } from './verbs/evidence';
import { importAreas, importRegisterFile, type AreasOptions } from './verbs/imports';
import { ledgerVerbs } from './ledger-verbs';
import { operatorVerbs } from './operator-verbs';
import { EXIT } from './output';
import { rebuildViews } from './verbs/keeping';
import { readers, verifyReadLog, type ReadersArguments } from './verbs/reads';
import { replay } from './verbs/replay';
import { trace, type TraceArguments } from './verbs/trace';
import { verify } from './verbs/verify';
import { version } from '@system/version';

const program = new Command('jiandang')
  .description('建档: keep, replay and verify the records')
  .version(version)
  .option('--data <dir>', 'data folder (default: JIANDANG_DATA or ./data)')
  .option('--json', 'one line of JSON instead of words')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT.fine : EXIT.failed));

type Work<A extends readonly unknown[]> = (context: Context, ...args: A) => Promise<number>;

const verb =
  <A extends readonly unknown[]>(work: Work<A>) =>
  (...args: A): Promise<void> =>
    run(program.opts<Options>(), (context) => work(context, ...args));

/** One that always gives a verdict. */
const check =
  <A extends readonly unknown[]>(work: Work<A>) =>
  (...args: A): Promise<void> =>
    run(program.opts<Options>(), (context) => work(context, ...args), { verifies: true });

const wholeNumber = (text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('须为整数 must be a whole number');
  return Number(text);
};

const areas = program.command('areas').description('行政区划');
areas
  .command('import')
  .description('record the areas of a prefix, or of a CSV (code,name); the same areas again change nothing')
  .requiredOption('--prefix <digits>')
  .option('--file <csv>')
  .option('--from <day>', 'their first day')
  .option('--to <day>', 'the day on which they exist no longer')
  .action(verb((context, options: AreasOptions) => importAreas(context, options)));

const imports = program.command('import').description('导入');
imports
  .command('register')
  .argument('<csv>')
  .description("take over the national register's export; refused rows come back in a file with reasons")
  .option('--dry-run', 'read and check only')
  .option('--as <account>', 'the account that imports')
  .action(
    verb((context, file: string, options: { dryRun?: boolean; as?: string }) =>
      importRegisterFile(context, file, options),
    ),
  );

program
  .command('replay')
  .argument('<household>')
  .description('print the life of a household step by step')
  .option('--as-of <date>', 'what was true on that day')
  .option('--known-at <instant>', 'what was recorded at that instant')
  .option('--purpose <words>', 'stands in the read log')
  .action(
    verb((context, household: string, options: { asOf?: string; knownAt?: string; purpose?: string }) =>
      replay(context, household, options),
    ),
  );

program
  .command('trace')
  .description(
    'events of a record, a field, an actor, a paper, a batch or a rule; --tree-size repeats an earlier answer',
  )
  .option('--stream <stream>', 'a whole record, e.g. notice-<id>')
  .option('--household <id>', 'every change of a card; narrow it with --field')
  .option('--field <field>', 'e.g. mainCause, people[<id>].name, name')
  .option('--actor <account>', 'login or id')
  .option('--paper <id>')
  .option('--hash <hex>', "SHA-256 or SM3 of a paper's file")
  .option('--batch <id>', 'an import, notice, meeting, transfer, or a deciding event, with what it caused')
  .option('--rule <key-or-version>', 'decisions that rest on a parameter')
  .option('--tree-size <n>', 'as the log was when it had n events', wholeNumber)
  .option('--limit <n>', 'at most 500', wholeNumber)
  .option('--after <cursor>')
  .option('--purpose <words>', 'stands in the read log')
  .action(verb((context, options: TraceArguments) => trace(context, options)));

program
  .command('blame')
  .argument('<household>')
  .description('the card, and for every field the event that set it last')
  .option('--as-of <date>', 'what was true on that day')
  .option('--known-at <instant>', 'what was recorded at that instant')
  .option('--tree-size <n>', 'as the log was when it had n events', wholeNumber)
  .option('--purpose <words>', 'stands in the read log')
  .action(
    verb((context, household: string, { treeSize, ...options }: BlameOptions) =>
      blameVerb(context, household, { ...options, ...(treeSize !== undefined && { treeSize }) }),
    ),
  );

program
  .command('compliance')
  .description('whether procedures were kept: steps missing, inverted, too short, late')
  .option('--area <prefix>')
  .option('--year <year>')
  .option('--household <id>', 'one household, step by step')
  .option('--csv <file>', 'write every finding to a file')
  .option('--tree-size <n>', 'as the log was when it had n events', wholeNumber)
  .option('--purpose <words>', 'stands in the read log')
  .action(verb((context, options: ComplianceArguments) => compliance(context, options)));

const verifying = program
  .command('verify')
  .description(
    'recompute log and ledger: hashes, chains, tree, every checkpoint; may run beside the system without ' +
      '--keys and --views',
  )
  .option('--keys', 'open every sealed part too, and check views, papers and links')
  .option('--views', 'check the views against a fresh fold')
  .option('--since <checkpoint>', 'believe what lies before this checkpoint (a kept size, or a file)')
  .action(check((context, options: { keys?: boolean; views?: boolean; since?: string }) => verify(context, options)));

verifying
  .command('pack')
  .argument('<file>')
  .description('verify an evidence pack; needs no system')
  .option('--key <key...>', 'verifier keys of log and witnesses that you brought')
  .action(check((context, file: string, { key = [] }: { key?: string[] }) => verifyPackFile(context, file, key)));

verifying
  .command('reads')
  .description('recompute the read log, day by day, against what was sealed; beside a running system')
  .action(check((context) => verifyReadLog(context)));

program
  .command('reads')
  .description('谁看过: who looked at a household or a person, as a sheet to hand out')
  .option('--household <id>')
  .option('--person <id>')
  .option('--from <day>', 'first day')
  .option('--to <day>', 'last day')
  .option('--purpose <words>', 'stands in the read log')
  .action(verb((context, options: ReadersArguments) => readers(context, options)));

program
  .command('export')
  .description('导出')
  .command('evidence')
  .argument('<household>')
  .description("a household's evidence pack, verifiable without this system")
  .requiredOption('--as <account>', 'the account that hands it out')
  .option('--disclosure <how>', 'whole, members or masked', 'whole')
  .option('--member <person...>', 'with members: whose parts are opened')
  .option('--known-at <instant>', 'what was recorded at that instant; later bodies are withheld')
  .option('--tree-size <n>', 'at a checkpoint of before')
  .option('--out <file>')
  .action(verb((context, household: string, options: ExportOptions) => exportEvidence(context, household, options)));

program
  .command('rebuild')
  .argument('[view]')
  .description('fold views anew, compare, replace what differs')
  .action(verb((context, view?: string) => rebuildViews(context, view)));

operatorVerbs(program, { verb, check });
ledgerVerbs(program, verifying, { verb, check });

void program.parseAsync();
