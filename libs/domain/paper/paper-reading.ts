import { Inject, Injectable } from '@nestjs/common';
import { Reading, reaches, readerOf, type ReadingCaller } from '@kernel/accounts';
import { Forbidden } from '@kernel/commanding';
import { defineRejections, type Reader } from '@kernel/sourcing';
import { PaperActs, type PaperAct } from './paper-acts';
import type { PaperSheet } from './paper';

defineRejections({
  'paper/of-many': {
    zh: [
      '该材料涉及多户,其文件只向辖区覆盖其全部的岗位开放',
      '此处可见其类别、日期、经办人与哈希;需要原件请向接收该材料的单位调阅',
    ],
    en: [
      'This paper speaks of many households: its file is opened only to posts whose area covers all of it',
      'Its kind, day, official and hash are shown; ask the office that received it for the file',
    ],
  },
});

/** What somebody sees of a paper: its sheet, and its file or why not. */
export interface SeenPaper {
  readonly reader: Reader;
  readonly opens: 'file' | Forbidden;
}

const HASHES: readonly string[] = ['sha256', 'sm3'];

/** Of what a paper's sheet says of its file the hashes alone: its name may name others. */
const onlyHashes = ({ opens }: Reader): Reader => ({
  opens: () => false,
  mask: (value, of, field) => (opens(of) && HASHES.includes(field) ? value : undefined),
});

/** Who sees what of papers. */
@Injectable()
export class PaperReading {
  constructor(
    @Inject(Reading) private readonly reading: Reading,
    @Inject(PaperActs) private readonly acts: PaperActs,
  ) {}

  /**
   * What they see of a paper: all that their post shows in an area that covers the paper's own. An inspector sees the
   * sheet of one received elsewhere when an act within the scope rests on it; its file too when no other act does.
   */
  async of(caller: ReadingCaller, { id, kind, area }: PaperSheet): Promise<SeenPaper | undefined> {
    const here = this.reading.readerOf(caller, area);
    if (here) {
      const opens = here.opens('paper') ? 'file' : new Forbidden('access/not-permitted', { command: 'paper' });
      return { reader: here, opens };
    }
    const inspecting = caller.posts.filter(({ role }) => role === 'inspector');
    if (inspecting.length === 0) return undefined;
    const within = (act: PaperAct): boolean => inspecting.some((post) => reaches(post, act.area, act.household));
    const act = await this.acts.first(id, within);
    const reader = act && readerOf(inspecting, act.area, { household: act.household });
    if (!reader) return undefined;
    const ofOthers = await this.acts.speaksOfOthers({ id, kind }, within);
    return ofOthers ? { reader: onlyHashes(reader), opens: new Forbidden('paper/of-many') } : { reader, opens: 'file' };
  }
}
