import { StoreUnavailable } from './unavailable';

/** Which folder a file is kept with, and so where it comes back from. */
export type Kept = 'data' | 'keys' | 'views' | 'jobs' | 'lock';
type Fault = 'damaged' | 'rights' | 'full' | 'busy' | 'io';
type Words = readonly [zh: string, en: string];

const CODES: readonly (readonly [RegExp, Fault])[] = [
  [/^SQLITE_(NOTADB|CORRUPT|FORMAT|IOERR_SHORT_READ)/, 'damaged'],
  [/^(SQLITE_(READONLY|CANTOPEN|PERM|AUTH)|EACCES|EPERM|EROFS|EISDIR|ENOTDIR|EEXIST)/, 'rights'],
  [/^(SQLITE_FULL|ENOSPC|EDQUOT)/, 'full'],
  [/^SQLITE_(BUSY|LOCKED)/, 'busy'],
  [/^(SQLITE_IOERR|EIO)/, 'io'],
];

const WHAT: Readonly<Record<Fault, Words>> = {
  damaged: ['已损坏,或不是本系统的文件', 'is damaged, or no file of this system'],
  rights: ['无法写入', 'cannot be written'],
  full: ['写不下:磁盘已满', 'has no room: the disk is full'],
  busy: ['正被另一程序占用', 'is in use by another program'],
  io: ['读写出错', 'cannot be read or written: the disk fails'],
};

const BACK: Readonly<Record<Kept, Words>> = {
  data: [
    '请保留该文件备查,把最新的数据备份恢复到新目录(cli restore)',
    'keep this file for examination, and restore the newest backup of the data into new folders (cli restore)',
  ],
  keys: [
    '请保留该文件备查,从最新的密钥备份(密钥目录)取回',
    'keep this file for examination, and bring it back from the newest backup of the keys',
  ],
  views: [
    '视图都能从日志重建:移走该文件后重新启动',
    'views are built anew from the log: move the file away and start again',
  ],
  jobs: [
    '移走该文件后重新启动:定期任务会自行重排,未完成的其他任务须重新提交',
    'move the file away and start again: daily work is scheduled anew by itself, other work is asked for again',
  ],
  lock: ['该文件不含数据:移走后重新启动', 'it holds nothing: move it away and start again'],
};

const MEND: Readonly<Record<Exclude<Fault, 'damaged'>, Words>> = {
  rights: [
    '请核对它及所在目录的所有者与权限,以及磁盘是否只读挂载',
    'check the owner and rights of the file and of its folder, and that the disk is not mounted read-only',
  ],
  full: ['请腾出空间后重新启动', 'make room and start again'],
  busy: ['请先停止该程序', 'stop that program first'],
  io: ['请检查磁盘;必要时从备份恢复', 'check the disk; restore from a backup if need be'],
};

const codeOf = (error: unknown): string => {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code : '';
};

const faultOf = (error: unknown): Fault | undefined => CODES.find(([code]) => code.test(codeOf(error)))?.[1];

const sentence = (file: string, [zh, en]: Words, [mendZh, mendEn]: Words): string =>
  `${file} ${zh}:${mendZh}\n${file} ${en}: ${mendEn}`;

const unusable = (file: string, kept: Kept, fault: Fault): StoreUnavailable => {
  const reason = fault === 'full' ? 'full' : fault === 'busy' ? 'locked' : 'io';
  return new StoreUnavailable(reason, sentence(file, WHAT[fault], fault === 'damaged' ? BACK[kept] : MEND[fault]));
};

/**
 * Opens a file; what keeps it from being used is said in words that name it and where it comes back from. @throws
 * StoreUnavailable
 */
export const inWords = <T>(file: string, kept: Kept, open: () => T): T => {
  try {
    return open();
  } catch (error) {
    const isOther = codeOf(error).startsWith('SQLITE_') || error instanceof SyntaxError;
    const fault = faultOf(error) ?? (isOther ? 'damaged' : undefined);
    throw fault === undefined ? error : unusable(file, kept, fault);
  }
};

/** A file that must be there is not. */
export const missing = (file: string, kept: 'data' | 'keys'): StoreUnavailable =>
  new StoreUnavailable(
    'io',
    kept === 'keys'
      ? `日志已在使用,而其密钥目录缺少 ${file}。系统不启动,也不另造新的:请从密钥备份取回该文件(连同目录中其他文件)。\n` +
          `The log is in use, but ${file} is missing among its keys. Nothing is started and no new one is ` +
          'made: bring it back, with the files beside it, from the backup of the keys.'
      : `密钥属于一份已在使用的日志,而 ${file} 不在。系统不启动,也不另起日志:请从数据备份取回;要新建一处,请另设空目录。\n` +
          `The keys belong to a log that is in use, but ${file} is not here. Nothing is started and no new ` +
          'log is begun: bring it back from the backup of the data; a new office begins in new, empty ' +
          'folders.',
  );

const SHOWN = 300;

/** What an error says for those who look at work that failed: no statement of a database, no place on the disk. */
export const causeOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error).slice(0, SHOWN);
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' || typeof code === 'number') return `${error.name}: ${String(code)}`;
  return error.message.replaceAll(/(?:\/[^\s/'"]+){2,}/g, '…').slice(0, SHOWN);
};

/** Words for a fault of files or disk that appeared while the system was at work. */
export const fileFault = (error: unknown): string | undefined => {
  const fault = faultOf(error);
  return (
    fault &&
    sentence('', WHAT[fault], fault === 'damaged' ? BACK.data : MEND[fault]).replaceAll(/^ /gm, `${codeOf(error)}: `)
  );
};
