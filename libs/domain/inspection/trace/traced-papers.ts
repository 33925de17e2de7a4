import { Inject, Injectable } from '@nestjs/common';
import { PaperActs, type PaperAct } from '@domain/paper/contract';
import { householdIn } from '@kernel/accounts';
import { Tracing, type TracedEvent } from './tracing';

const actOf = ({ area, stream }: TracedEvent): PaperAct => ({ area, household: householdIn(stream) });

/** Acts that rest on papers, by the trace index. */
@Injectable()
export class TracedPapers extends PaperActs {
  constructor(@Inject(Tracing) private readonly tracing: Tracing) {
    super();
  }

  async first(paper: string, visible: (act: PaperAct) => boolean): Promise<PaperAct | undefined> {
    const { items } = await this.tracing.find([{ field: 'papers', value: paper }], {
      limit: 1,
      visible: (event) => visible(actOf(event)),
    });
    return items.map(actOf)[0];
  }
}
