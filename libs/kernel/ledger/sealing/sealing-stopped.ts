/** Why nothing is signed any more. */
export type StopReason = 'store-shorter' | 'store-differs' | 'ledger-differs' | 'out-of-order' | 'no-key' | 'replaced';

type Words = readonly [zh: string, en: string];

const WHAT: Readonly<Record<StopReason, Words>> = {
  'store-shorter': [
    '事件库只有 {found} 条,而 {from} 已签署到第 {signed} 条:数据是从较旧的备份恢复的,或者事件被截去',
    'the store holds {found} events, but {from} has signed {signed}: the data were restored from an older ' +
      'backup, or events were cut off',
  ],
  'store-differs': [
    '事件库的前 {signed} 条与 {from} 已签署的根不一致:数据是从备份恢复后又续写的,或者事件被改动',
    'the first {signed} events of the store do not give the root that {from} has signed: the data were ' +
      'restored from a backup and written on, or events were changed',
  ],
  'ledger-differs': [
    '账本与 {from} 在第 {signed} 条处的检查点不一致:存在两份不同的历史',
    'the ledger does not agree with the checkpoint of {from} at {signed} entries: two histories exist',
  ],
  'out-of-order': [
    '事件库中有一个流的版本不连续({detail})',
    'revisions of a stream do not ascend without gap in the store ({detail})',
  ],
  'no-key': ['没有现用签名密钥的私钥({detail})', 'the private part of the present signing key is not here ({detail})'],
  replaced: ['另一个 worker 已接替封存', 'another worker has taken over the sealing'],
};

const RESTORE: Words = [
  '请勿删除任何文件;停止系统,找出较新的数据(原硬盘、较新的备份、镜像)恢复后再启动,封存自会继续。确实丢失时,保留本目录,告知检查点的持有方,在新目录另起日志,并以 JIANDANG_PREVIOUS 写明上一日志的最后检查点',
  'delete nothing; stop the system, find the newer data (old disk, newer backup) and restore them: sealing ' +
    'goes on by itself. If they are lost for good, keep this folder, tell the holders of checkpoints, and ' +
    'begin a new log in a new folder that names the last checkpoint of this one (JIANDANG_PREVIOUS)',
];

const MEND: Readonly<Record<StopReason, Words>> = {
  'store-shorter': RESTORE,
  'store-differs': RESTORE,
  'ledger-differs': RESTORE,
  'out-of-order': [
    '请运行 cli verify 查明受损的流,并从备份恢复',
    'run `cli verify`, which names the damaged stream, and restore from a backup',
  ],
  'no-key': [
    '请把密钥文件放回密钥目录,或设置 JIANDANG_SIGNING_KEY',
    'put the key file back beside the data, or set JIANDANG_SIGNING_KEY',
  ],
  replaced: ['请重新启动本进程,它将待命', 'start this process again: it will stand by'],
};

export interface StopDetails {
  readonly from?: string;
  readonly signed?: number;
  readonly found?: number;
  readonly detail?: string;
}

const filled = (text: string, details: StopDetails): string =>
  text.replace(/\{(\w+)\}/g, (_, name: keyof StopDetails) => String(details[name] ?? ''));

/** Sealing has stopped, and says why and what to do. Nothing is signed backwards; events are still recorded. */
export class SealingStopped extends Error {
  override readonly name = 'SealingStopped';
  readonly zh: string;
  readonly en: string;

  constructor(
    readonly reason: StopReason,
    readonly details: StopDetails,
  ) {
    const words = [0, 1].map(
      (language) =>
        `${filled(WHAT[reason][language]!, details)}${language === 0 ? '。' : '; '}${MEND[reason][language]!}`,
    );
    super(`封存已停止 sealing has stopped: ${words.join('\n')}`);
    [this.zh, this.en] = words as [string, string];
  }
}
