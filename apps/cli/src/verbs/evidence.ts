import { accounts, type AccountState, readerOf, readingPosts } from '@kernel/accounts';
import { readFileSync, writeFileSync } from 'node:fs';
import { DISCLOSURES, NoPack, verifyPack, type Disclosure, type PackVerification } from '@kernel/evidence';
import { newUuid } from '@kernel/format';
import { wholeCode } from '@kernel/sourcing';
import { buildPack, cardOf, issuePack } from '@system/evidence-packs';
import type { System } from '@system/system';
import { CannotRun, withSystem, type Context } from '../context';
import { EXIT } from '../output';
import { withVerdict } from '../verdict';

export interface ExportOptions {
  readonly as: string;
  readonly disclosure: string;
  readonly member?: readonly string[];
  readonly knownAt?: string;
  readonly treeSize?: string;
  readonly out?: string;
}

const accountNamed = async (system: System, account: string): Promise<string> => {
  const { items } = await system.models.find(accounts, { where: { account } });
  if (!items[0]) throw new Error(`没有账户 there is no account ${account}`);
  return items[0].id;
};

/** What an account sees of a household; of one that is not there, what it would see in its own area. */
const readerFor = async (system: System, actor: string, card: Awaited<ReturnType<typeof cardOf>>) => {
  const { state } = await system.commands.state<AccountState>('account', actor);
  const posts = readingPosts(state, system.clock.now());
  const area = system.places.home(card?.area ?? wholeCode(posts[0]?.area ?? ''));
  return { area, reader: readerOf(posts, area, { own: card?.helpers.includes(actor) ?? false }) };
};

/**
 * Writes a household's evidence pack, issued by the account named: it opens what that account may see. Of nobody's:
 * that there is none.
 */
export const exportEvidence = (context: Context, household: string, options: ExportOptions): Promise<number> =>
  withSystem(context, async (system) => {
    const disclosure = DISCLOSURES.find((one) => one === options.disclosure);
    if (!disclosure) throw new Error(`--disclosure ${options.disclosure}: must be one of ${DISCLOSURES.join(', ')}`);
    const actor = await accountNamed(system, options.as);
    const at = system.clock.now();
    const card = await cardOf(system, household);
    const { area, reader } = await readerFor(system, actor, card);
    if (!reader) {
      process.stderr.write(`${options.as} 的岗位不能查阅该户 no post of ${options.as} may read this household\n`);
      return EXIT.finding;
    }
    const issued = { cmd: newUuid(), actor, auth: 'none', via: 'cli', at } as const;
    const question = questionOf(household, disclosure, options);
    const made = card
      ? await issuePack(system, question, { area, opens: reader.opens, issued })
      : await buildPack(system, question, () => false);
    const file = options.out ?? `evidence-${household}-${String(made.treeSize)}.zip`;
    await system.reads.record({
      at,
      actor,
      purpose: 'export',
      view: 'evidence-pack',
      subjects: [household],
    });
    writeFileSync(file, made.zip, { mode: 0o600 });
    const { sha256, treeSize, root } = made;
    context.output.answer({ file, sha256, treeSize, root, ...('pack' in made && { pack: made.pack as string }) }, [
      ...(card ? [] : ['没有这一户:本包证明其不存在 no such household: this pack proves its absence']),
      `证据包 evidence pack: ${file}`,
      `SHA-256 ${sha256}`,
      `账本 ledger ${String(treeSize)}  ${root}`,
    ]);
    return EXIT.fine;
  });

const questionOf = (household: string, disclosure: Disclosure, { member, knownAt, treeSize }: ExportOptions) => ({
  household,
  disclosure,
  ...(member && { members: member }),
  ...(knownAt !== undefined && { knownAt }),
  ...(treeSize !== undefined && { treeSize: Number(treeSize) }),
});

const DOUBTS: Readonly<Record<string, string>> = {
  'keys-of-pack':
    '公钥取自包内,请用 --key 提供自备公钥 the key came from the pack: bring your own with --key (from the archive or a witness)',
  'no-ed25519': '签名未检验 signatures were not checked',
};

const wordsOf = (file: string, result: PackVerification): readonly string[] => [
  `${result.sound ? '完好 sound' : '发现不符 DAMAGED'}: ${file}`,
  `日志 log ${result.basis.origin}  账本 ledger ${String(result.basis.treeSize)}`,
  `事件 events ${String(result.events)}, 流 streams ${String(result.streams)}, 已公开 opened ` +
    `${String(result.opened)}; 截至第 ${String(result.entries)} 条完整 complete up to entry ${String(result.entries)}`,
  ...result.witnesses.map(({ name, at }) => `见证 witness ${name} ${at}`),
  ...result.held.map(
    ({ paper, h, sha256 }) =>
      `持有,未披露 held, not disclosed: 材料 paper ${paper}  ${sha256 === undefined ? `h ${h}` : `SHA-256 ${sha256}`}`,
  ),
  ...result.doubts.map((doubt) => DOUBTS[doubt] ?? doubt),
  ...result.damages.map(
    ({ kind, detail, stream, revision, file: within }) =>
      `  ${kind}  ${stream ?? within ?? ''}${revision === undefined ? '' : `  第 ${String(revision)} 版`}  ${detail}`,
  ),
];

/** Verifies a pack without any system; exit 0 sound, 1 damaged, 2 not a pack. */
export const verifyPackFile = ({ output }: Context, file: string, keys: readonly string[]): Promise<number> =>
  withVerdict({ output }, async () => {
    try {
      const result = await verifyPack(bytesOf(file), keys);
      output.answer({ file, ...result }, wordsOf(file, result));
      return result.sound ? EXIT.fine : EXIT.finding;
    } catch (error) {
      if (!(error instanceof NoPack)) throw error;
      const { message } = error;
      output.answer({ file, sound: false, error: message }, [`不是证据包 no evidence pack: ${file}: ${message}`]);
      return EXIT.failed;
    }
  });

/** @throws CannotRun */
const bytesOf = (file: string): Buffer => {
  try {
    return readFileSync(file);
  } catch {
    throw new CannotRun(`没有可读的文件 there is no file to be read: ${file}`);
  }
};
