import { Inject, Injectable } from '@nestjs/common';
import { PaperActs, type PaperAct } from '@domain/paper/contract';
import { householdIn } from '@kernel/accounts';
import { actsOn, speaksOfOthers } from './paper-scope';
import { Tracing, type TracedEvent } from './tracing';

const actOf = ({ area, stream }: TracedEvent): PaperAct => ({ area, household: householdIn(stream) });

/** Acts that rest on papers, by the trace index. */
@Injectable()
export class TracedPapers extends PaperActs {
  constructor(@Inject(Tracing) private readonly tracing: Tracing) {
    super();
  }

  async first(paper: string, visible: (act: PaperAct) => boolean): Promise<PaperAct | undefined> {
    const { items } = await this.tracing.find(actsOn(paper), { limit: 1, visible: (event) => visible(actOf(event)) });
    return items.map(actOf)[0];
  }

  speaksOfOthers(
    paper: { readonly id: string; readonly kind: string },
    within: (act: PaperAct) => boolean,
  ): Promise<boolean> {
    return speaksOfOthers(this.tracing, paper, { within: (event) => within(actOf(event)) });
  }
}
