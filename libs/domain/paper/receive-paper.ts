import type { Readable } from 'node:stream';
import { paperEvents, type PaperForm, type PaperReceived } from './paper';
import type { PaperFiles, StoredFile } from './paper-files';
import { CommandReused, type CommandReceipt, type Commands, type Histories } from '@kernel/commanding';
import { opened, type CommandMeta } from '@kernel/sourcing';

/** Where papers are kept and recorded. */
interface PaperDesk {
  readonly papers: PaperFiles;
  readonly commands: Commands;
  readonly histories: Histories;
}

interface Incoming {
  /** UUID of the paper. */
  readonly paper: string;
  readonly form: PaperForm;
  readonly issued: CommandMeta;
}

/**
 * Takes a paper: its file is durable before its event. The same command with the same file gets its first receipt
 * again.
 * @throws CommandReused with another file, PaperTooLarge
 */
export const receivePaper = (
  desk: PaperDesk,
  file: Readable,
  { paper, form, issued }: Incoming,
): Promise<CommandReceipt & StoredFile> =>
  desk.papers.receive(paper, file, async (stored) => {
    const receipt = await desk.commands.carryOut('paper', paper, 'ReceivePaper', { ...form, ...stored }, issued);
    if (receipt.repeated && (await recordedHash(desk, paper)) !== stored.sha256) throw new CommandReused(issued.cmd);
    return { ...receipt, ...stored };
  });

const recordedHash = async (desk: PaperDesk, paper: string): Promise<string> => {
  const [received] = await desk.histories.read(paperEvents, paper, ['paper']);
  return opened((received?.data as PaperReceived).sha256);
};
