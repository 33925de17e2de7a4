import { Caller, Id, type Identity, Purpose, RepeatableQuery } from '@kernel/http';
import { Compliance } from './compliance';
import { Areas } from '@domain/area/contract';
import { People, Reading, type ReadingCaller } from '@kernel/accounts';
import { Controller, Get, Query, Res, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { findingsCsv, reportOf } from './report';
import { type CaseSheet } from './compliance.rules';
import { type ProcedureCase } from './procedure-cases.projection';
import { NotFound } from '@kernel/commanding';
import { CasesQuery, ComplianceQuery } from '../inspection.queries';

/** Whether procedures were kept: by village and year, case by case, step by step. */
@ApiTags('inspection')
@ApiBearerAuth()
@Controller('compliance')
export class ComplianceController {
  constructor(
    @Inject(Compliance) private readonly compliance: Compliance,
    @Inject(Areas) private readonly areas: Areas,
    @Inject(People) private readonly people: People,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'Counts per village and every finding: step missing, inverted, publicity too short, late entry, four ' +
      'eyes, evidence gap; `format=csv` for a spreadsheet',
  })
  async report(
    @Caller() identity: Identity,
    @Query() query: ComplianceQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Purpose() purpose?: string,
  ) {
    const caller = await this.reading.caller(identity, purpose);
    this.reading.mustTrace(caller, 'compliance');
    const { sheets, basis } = await this.#cases(caller, query);
    const { villages, findings } = reportOf(sheets);
    await this.reading.recorded(caller, 'compliance', [...new Set(findings.map(({ household }) => household))], {
      always: true,
    });
    if (query.format === 'csv') {
      void reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="compliance-${query.area}-${query.year}.csv"`)
        .header('x-basis', `${basis.log} ${String(basis.treeSize)} ${basis.root}`);
      return findingsCsv(findings);
    }
    const directory = await this.areas.refresh();
    const named = villages.map((one) => ({ ...one, name: directory.name(one.area) ?? one.area }));
    return { area: query.area, year: query.year, villages: named, findings, basis };
  }

  @Get('cases')
  @ApiOperation({ summary: 'The cases behind the counts, each step with who decided it, when, and how it stands' })
  async cases(@Caller() identity: Identity, @Query() query: CasesQuery, @Purpose() purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    this.reading.mustTrace(caller, 'compliance');
    const { sheets, basis } = await this.#cases(caller, query);
    const items = sheets.filter(
      ({ kind, findings }) =>
        (query.kind === undefined || kind === query.kind) &&
        (query.rule === undefined || findings.some(({ rule }) => rule === query.rule)),
    );
    return { items, people: await this.#shown(caller, items), basis };
  }

  @Get('households/:id')
  @ApiOperation({ summary: 'Every identification and exit of one household, step by step' })
  async household(
    @Caller() identity: Identity,
    @Id() id: string,
    @Query() { treeSize }: RepeatableQuery,
    @Purpose() purpose?: string,
  ) {
    const caller = await this.reading.caller(identity, purpose);
    this.reading.mustTrace(caller, 'compliance');
    const question = { household: id, ...(treeSize !== undefined && { treeSize }) };
    const { sheets, basis } = await this.compliance.ofHousehold(question);
    const items = sheets.filter((one) => this.#sees(caller, one));
    if (items.length === 0) throw new NotFound('record/not-found', { id });
    return { items, people: await this.#shown(caller, items), basis };
  }

  async #cases(caller: ReadingCaller, { area, year, treeSize }: ComplianceQuery | CasesQuery) {
    const question = { area, year, ...(treeSize !== undefined && { treeSize }) };
    const visible = (one: ProcedureCase): boolean => this.#sees(caller, one);
    return this.compliance.cases({ ...question, visible });
  }

  #sees(caller: ReadingCaller, { area, household }: Pick<ProcedureCase, 'area' | 'household'>): boolean {
    return this.reading.sees(caller, area, household);
  }

  async #shown(caller: ReadingCaller, items: readonly CaseSheet[]) {
    await this.reading.recorded(caller, 'compliance-cases', [...new Set(items.map(({ household }) => household))]);
    return this.people.of(
      items.flatMap(({ steps }) =>
        steps.flatMap(({ done, closed }) => [...(done ? [done] : []), ...(closed ? [closed] : [])]),
      ),
    );
  }
}
