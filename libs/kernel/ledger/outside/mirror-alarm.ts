export type AlarmKind = 'rollback' | 'fork' | 'gap' | 'signature' | 'tile' | 'event' | 'heads';

const WORDS: Readonly<Record<AlarmKind, readonly [zh: string, en: string]>> = {
  rollback: ['账本倒退', 'THE LEDGER WAS ROLLED BACK'],
  fork: ['账本分叉:存在两份历史', 'THE LEDGER WAS FORKED: two histories exist'],
  gap: ['有事件被隐去', 'AN EVENT IS MISSING'],
  signature: ['检查点不是该日志签署的', 'NOT SIGNED BY THE LOG'],
  tile: ['账本文件与签署的根不符', 'A FILE OF THE LEDGER IS NOT WHAT WAS SIGNED'],
  event: ['日志自身的事件与条目不符', 'AN EVENT OF THE LOG IS NOT WHAT WAS SEALED'],
  heads: ['户史末尾的封存与条目不符', 'SEALED HEADS ARE NOT THOSE OF THE ENTRIES'],
};

/** A mirror has seen what must not be. */
export class MirrorAlarm extends Error {
  override readonly name = 'MirrorAlarm';
  constructor(
    readonly kind: AlarmKind,
    readonly detail: string,
    /** The signed note that proves it, where there is one. */
    readonly evidence?: string,
  ) {
    super(`${WORDS[kind][0]} ${WORDS[kind][1]}: ${detail}`);
  }
}
