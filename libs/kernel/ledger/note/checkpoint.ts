import { MalformedNote } from './signed-note';

/** Text of a C2SP tlog-checkpoint: origin, size, root; Jiandang writes no extension lines. */
export interface Checkpoint {
  /** `<name>/<log>` */
  readonly origin: string;
  readonly size: number;
  /** 32 bytes */
  readonly root: Buffer;
}

export const checkpointText = ({ origin, size, root }: Checkpoint): string =>
  `${origin}\n${String(size)}\n${root.toString('base64')}\n`;

/** @throws MalformedNote */
export const readCheckpoint = (text: string): Checkpoint => {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const hash = Buffer.from(root, 'base64');
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || hash.length !== 32 || hash.toString('base64') !== root)
    throw new MalformedNote('no checkpoint: origin, size and root are the first three lines');
  return { origin, size: Number(size), root: hash };
};
