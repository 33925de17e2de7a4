import { amended, type AnyProjection, type RuleBook, significant } from '@kernel/sourcing';
import type { EventStore, Position } from '@kernel/event-store';
import { foldDocument, type Conditions, type FoldSource, type Page, type ReadModels } from '@kernel/read-models';
import type { Basis, LogBasis } from '../trace/basis';
import type { CaseSheet } from './compliance.rules';
import { procedureCases, type ProcedureCase } from './procedure-cases.projection';
import { examineAll } from './report';

export interface ComplianceParts {
  readonly models: ReadModels;
  readonly store: EventStore;
  readonly open: FoldSource['open'];
  readonly ledger: LogBasis;
  readonly settled: () => Promise<void>;
  /** The rules of this moment, with what was enacted just now. */
  readonly rules: () => Promise<RuleBook>;
}

export interface ComplianceQuestion {
  /** Area prefix, or the 12 digits of a village, township or county. */
  readonly area: string;
  readonly year: string;
  readonly treeSize?: number;
  /** Cases that the reader may see. */
  readonly visible?: (one: ProcedureCase) => boolean;
}

const projection = procedureCases as AnyProjection;
const PAGE = 1000;
const begin = ({ steps, redone }: ProcedureCase): number =>
  Math.min(...[...steps, ...redone].map(({ revision }) => revision));

/** Judges procedures by the cases that were recorded; every earlier answer can be had again. */
export class Compliance {
  constructor(private readonly parts: ComplianceParts) {}

  async cases({
    area,
    year,
    treeSize,
    visible = () => true,
  }: ComplianceQuestion): Promise<{ readonly sheets: readonly CaseSheet[]; readonly basis: Basis }> {
    await this.parts.settled();
    const { basis, later } = await this.#basis(treeSize);
    const inYear = later?.size === 0 && { year };
    const now = await this.#all({ area: { prefix: significant(area) }, ...inYear });
    const cases = await this.#asOf(now, basis.treeSize, later);
    const wanted = cases.filter((one) => one.year === year && visible(one));
    return { sheets: examineAll(wanted, await this.parts.rules()), basis };
  }

  /** Every case of one household, in the order of their beginnings. */
  async ofHousehold({
    household,
    treeSize,
  }: {
    readonly household: string;
    readonly treeSize?: number;
  }): Promise<{ readonly sheets: readonly CaseSheet[]; readonly basis: Basis }> {
    await this.parts.settled();
    const { basis, later } = await this.#basis(treeSize);
    const cases = await this.#asOf(await this.#all({ household }), basis.treeSize, later);
    return {
      sheets: examineAll(
        cases.toSorted((a, b) => begin(a) - begin(b)),
        await this.parts.rules(),
      ),
      basis,
    };
  }

  async #all(where: Conditions<(typeof procedureCases)['indexes'][number]>): Promise<readonly ProcedureCase[]> {
    const found: ProcedureCase[] = [];
    let after: string | undefined;
    do {
      const page: Page<ProcedureCase> = await this.parts.models.find(procedureCases, {
        where,
        limit: PAGE,
        ...(after !== undefined && { after }),
      });
      found.push(...page.items);
      after = page.next;
    } while (after !== undefined);
    return found;
  }

  /** The basis, and the households of which the views may know more than it; `undefined` = any of them. */
  async #basis(treeSize?: number): Promise<{ readonly basis: Basis; readonly later?: ReadonlySet<string> }> {
    if (treeSize !== undefined) return { basis: await this.parts.ledger.at(treeSize) };
    const { basis, covered } = await this.parts.ledger.now();
    return { basis, ...(covered !== undefined && { later: await this.#touchedAfter(covered) }) };
  }

  async #touchedAfter(after: Position): Promise<ReadonlySet<string>> {
    const touched = new Set<string>();
    for await (const page of this.parts.store.readAll({ types: Object.keys(procedureCases.on), after })) {
      for (const { stream } of page) touched.add(stream.slice(stream.indexOf('-') + 1));
    }
    return touched;
  }

  /** The cases as the log knew them at a size; those of households not listed as `later` are so already. */
  async #asOf(
    cases: readonly ProcedureCase[],
    treeSize: number,
    later: ReadonlySet<string> | undefined,
  ): Promise<readonly ProcedureCase[]> {
    const isLater = ({ household }: ProcedureCase): boolean => later?.has(household) ?? true;
    const wanted = cases.filter(isLater);
    const ids = new Set(wanted.map(({ id }) => id));
    const found = cases.filter((one) => !isLater(one));
    for (const household of new Set(wanted.map((one) => one.household))) {
      const folded = await this.#foldedAt(household, treeSize);
      found.push(...folded.filter(({ id }) => ids.has(id)));
    }
    return found;
  }

  async #foldedAt(household: string, treeSize: number): Promise<readonly ProcedureCase[]> {
    const { store, ledger, open } = this.parts;
    const events = await store.read(`household-${household}`);
    const known = events.slice(0, await ledger.countOf(events, treeSize));
    const cases = new Map<string, ProcedureCase>();
    for (const fact of amended(await open(known, projection))) {
      if (!(fact.meta.type in projection.on)) continue;
      const id = projection.key?.(fact.data, fact.meta) ?? '';
      const folded = foldDocument<ProcedureCase>(projection, [fact], cases.get(id));
      if (folded) cases.set(id, folded);
    }
    return [...cases.values()];
  }
}
