import { join } from 'node:path';
import { FolderLock } from '@kernel/engines/adapters/folder-lock';
import { FolderLedgerFiles } from '@kernel/ledger/adapters/folder-ledger-files';
import { HttpLedgerSource } from '@kernel/ledger/adapters/http-ledger-source';
import {
  checkSlip,
  cosignStick,
  exportTo,
  importFrom,
  Ledger,
  Mirror,
  MirrorAlarm,
  readSlip,
  readVerifierKey,
  Witnessing,
  WitnessRefused,
  type LedgerSource,
  type SlipFinding,
} from '@kernel/ledger';
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { CannotRun, mustHoldLog, withSystem, type Context } from '../context';
import { EXIT } from '../output';
import { withVerdict } from '../verdict';
import { openWitness } from './witness';

const ledgerIn = (folder: string): { files: FolderLedgerFiles; ledger: Ledger } => {
  const files = new FolderLedgerFiles(folder);
  return { files, ledger: new Ledger(files, '') };
};

/** Another key signs from now on. */
export const rotateKey = (context: Context): Promise<number> => {
  mustHoldLog(context.settings);
  return withSystem(context, async ({ notary }) => {
    const { key, checkpoint } = await notary.rotateKey();
    context.output.answer({ key, size: checkpoint.size }, [
      `新的签名密钥 new signing key: ${key}`,
      `自第 ${String(checkpoint.size)} 条的检查点起由其签署 signs from the checkpoint of ${String(checkpoint.size)} ` +
        'entries on; the old key stays for old checkpoints',
      '请告知证人与镜像的持有方 tell those who keep witnesses and mirrors',
    ]);
    return EXIT.fine;
  });
};

/** Puts the newest checkpoint on a stick; runs beside a running system. */
export const exportLedger = async ({ settings, output }: Context, folder: string): Promise<number> => {
  const size = await exportTo(new FolderLedgerFiles(folder), ledgerIn(join(settings.data, 'ledger')).ledger);
  output.answer({ folder, size }, [`已导出到第 ${String(size)} 条 exported up to entry ${String(size)}: ${folder}`]);
  return EXIT.fine;
};

/** Takes cosignatures back from a stick. */
export const importLedger = async ({ settings, output }: Context, folder: string): Promise<number> => {
  if (settings.witnesses.length === 0)
    throw new CannotRun('JIANDANG_WITNESSES 未设置 names no witness: whose cosignature is to be believed?');
  const { files, ledger } = ledgerIn(join(settings.data, 'ledger'));
  const copy = await importFrom(new FolderLedgerFiles(folder), new Witnessing(ledger, files, settings.witnesses));
  output.answer(copy, [
    `${copy.by} 已共签到第 ${String(copy.size)} 条 has cosigned ${String(copy.size)} entries at ${copy.at}`,
  ]);
  return EXIT.fine;
};

/** On an auditor's laptop: cosigns what the stick holds. */
export const cosign = async ({ output }: Context, folder: string, home: string): Promise<number> => {
  const lock = new FolderLock(home);
  try {
    const { files, ledger } = ledgerIn(folder);
    const size = await cosignStick(files, ledger, openWitness(home).witness);
    output.answer({ folder, size }, [`已共签 cosigned: ${String(size)} entries`]);
    return EXIT.fine;
  } catch (error) {
    if (!(error instanceof WitnessRefused)) throw error;
    output.answer({ refused: error.status }, [error.message]);
    return EXIT.finding;
  } finally {
    lock.release();
  }
};

export interface MirrorArguments {
  readonly once?: boolean;
  readonly key?: string;
  readonly every?: number;
}

/** Follows a ledger; exit 1 and loud words as soon as it is not what it was. */
export const mirror = async (
  { output }: Context,
  url: string,
  folder: string,
  options: MirrorArguments,
): Promise<number> => {
  const files = new FolderLedgerFiles(folder);
  const key = options.key === undefined ? undefined : readVerifierKey(options.key);
  const follower = new Mirror({ source: new HttpLedgerSource(url), files, ...(key && { key }) });
  for (;;) {
    try {
      const round = await follower.round();
      const words =
        `${round.origin}: ${String(round.size)} 条 entries (+${String(round.entries)}), 检查点 checkpoints ` +
        `+${String(round.checkpoints)}, 户史末尾 heads +${String(round.heads)} 完好 sound`;
      if (options.once || round.entries > 0) output.answer({ sound: true, ...round }, [words]);
    } catch (error) {
      if (error instanceof MirrorAlarm) return await alarm(error, files, { output });
      if (options.once) throw error;
      process.stderr.write(`${String(error)}\n`);
    }
    if (options.once) return EXIT.fine;
    await sleep((options.every ?? 60) * 1000);
  }
};

const alarm = async (
  error: MirrorAlarm,
  files: FolderLedgerFiles,
  { output }: Pick<Context, 'output'>,
): Promise<number> => {
  const { kind, detail, evidence, message } = error;
  const at = new Date().toISOString();
  await files.write(`alarms/${at.replaceAll(':', '')}.txt`, `${message}\n\n${evidence ?? ''}`);
  output.answer({ sound: false, kind, detail }, [
    `!!! ${message}`,
    '    请保留本镜像目录,并立即告知档案与监督机关 keep this folder and tell the archive and the supervisors at once',
  ]);
  return EXIT.finding;
};

const FOUND: Readonly<Record<SlipFinding | 'damaged', string>> = {
  damaged: '账本文件损坏,无法核对凭条 THE LEDGER IS DAMAGED: its files cannot be read',
  sound: '凭条属实:该事件原样在账本中 SOUND: the ledger holds this very event',
  'other-log': '凭条属于另一日志 the slip is of another log',
  'rolled-back': '账本已短于凭条上的检查点:倒退 THE LEDGER IS SHORTER than the checkpoint on the slip: rolled back',
  forked:
    '账本与凭条上的检查点不一致:历史被改写 THE LEDGER DISAGREES with the checkpoint on the slip: history was rewritten',
  missing: '账本中没有凭条上的事件 THE EVENT on the slip IS NOT in the ledger',
  altered: '凭条上的事件已被改动 THE EVENT on the slip WAS ALTERED',
};

const sourceOf = (place: string): LedgerSource =>
  /^https?:/.test(place) ? new HttpLedgerSource(place) : new FolderLedgerFiles(place);

/** Checks the text of a slip's QR code (or a file with it, an SVG too) against a ledger, here or where it is served. */
export const verifySlip = (
  { settings, output }: Context,
  given: string,
  place = join(settings.data, 'ledger'),
): Promise<number> =>
  withVerdict({ output }, async () => {
    const text = existsSync(given) ? readFileSync(given, 'utf8') : given;
    const slip = readSlip(/JD1 [^<]+/.exec(text)?.[0] ?? text);
    const ledger = new Ledger(sourceOf(place), '');
    const finding = await checkSlip(slip, ledger).catch((error: unknown) => ledgerFault(error));
    output.answer({ sound: finding === 'sound', finding, ...slip }, [
      FOUND[finding],
      `  第 ${String(slip.revision)} 版 revision, h ${slip.h}, 检查点 checkpoint ${String(slip.size)}`,
    ]);
    return finding === 'sound' ? EXIT.fine : EXIT.finding;
  });

const UNREADABLE: ReadonlySet<string> = new Set(['LedgerDamaged', 'EntryOutOfOrder', 'MalformedNote', 'RangeError']);

/** @throws whatever is no damage of the ledger's files */
const ledgerFault = (error: unknown): 'damaged' => {
  if (error instanceof Error && UNREADABLE.has(error.name)) return 'damaged';
  throw error;
};
