import type { Readable } from 'node:stream';
import { paperEvents, type PaperForm, type PaperReceived, type StoredFile } from '@domain/paper';
import { CommandReused, type CommandReceipt } from '@kernel/commanding';
import { opened, type Issued } from '@kernel/sourcing';
import type { System } from './system';

interface Incoming {
  /** UUID of the paper. */
  readonly paper: string;
  readonly form: PaperForm;
  readonly issued: Issued;
}

/**
 * Takes a paper: its file is durable before its event. The same command with the same file gets its first receipt again.
 * @throws CommandReused with another file, PaperTooLarge
 */
export const receivePaper = (
  system: System,
  file: Readable,
  { paper, form, issued }: Incoming,
): Promise<CommandReceipt & StoredFile> =>
  system.papers.receive(paper, file, async (stored) => {
    const receipt = await system.commands.execute('paper', paper, 'ReceivePaper', { ...form, ...stored }, issued);
    if (receipt.repeated && (await recordedHash(system, paper)) !== stored.sha256) throw new CommandReused(issued.cmd);
    return { ...receipt, ...stored };
  });

const recordedHash = async (system: System, paper: string): Promise<string> => {
  const [received] = await system.histories.read(paperEvents, paper, ['paper']);
  return opened((received?.data as PaperReceived).sha256);
};
