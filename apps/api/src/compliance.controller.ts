import { Controller, Get, Headers, Param, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { findingsCsv, reportOf, type CaseSheet, type ProcedureCase } from '@domain/inspection';
import { Caller, type Identity } from '@kernel/http';
import { InvalidCommand, NotFound } from '@kernel/commanding';
import { isUuid } from '@kernel/format';
import { System } from '@system/system';
import { peopleOf } from './people';
import { CasesQuery, ComplianceQuery, RepeatableQuery } from './queries';
import { Reading, type ReadingCaller } from './reading';

/** Whether procedures were kept: by village and year, case by case, step by step. */
@ApiTags('inspection')
@ApiBearerAuth()
@Controller('compliance')
export class ComplianceController {
  constructor(
    private readonly system: System,
    private readonly reading: Reading,
  ) {}

  @Get()
  @ApiOperation({
    summary:
      'Counts per village and every finding: step missing, inverted, publicity too short, late entry, four eyes, evidence gap; `format=csv` for a spreadsheet',
  })
  async report(
    @Caller() identity: Identity,
    @Query() query: ComplianceQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('x-purpose') purpose?: string,
  ) {
    const caller = await this.reading.caller(identity, purpose);
    this.reading.mustTrace(caller, 'compliance');
    const { sheets, basis } = await this.#cases(caller, query);
    const { villages, findings } = reportOf(sheets);
    await this.reading.recorded(caller, 'compliance', [...new Set(findings.map(({ household }) => household))], { always: true }); // prettier-ignore
    if (query.format === 'csv') {
      void reply
        .header('content-type', 'text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="compliance-${query.area}-${query.year}.csv"`)
        .header('x-basis', `${basis.log} ${String(basis.treeSize)} ${basis.root}`);
      return findingsCsv(findings);
    }
    const directory = await this.system.directory();
    const named = villages.map((one) => ({ ...one, name: directory.name(one.area) ?? one.area }));
    return { area: query.area, year: query.year, villages: named, findings, basis };
  }

  @Get('cases')
  @ApiOperation({ summary: 'The cases behind the counts, each step with who decided it, when, and how it stands' })
  async cases(@Caller() identity: Identity, @Query() query: CasesQuery, @Headers('x-purpose') purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    this.reading.mustTrace(caller, 'compliance');
    const { sheets, basis } = await this.#cases(caller, query);
    const items = sheets.filter(({ kind, findings }) =>
      (query.kind === undefined || kind === query.kind) &&
      (query.rule === undefined || findings.some(({ rule }) => rule === query.rule)),
    ); // prettier-ignore
    return { items, people: await this.#shown(caller, items), basis };
  }

  @Get('households/:id')
  @ApiOperation({ summary: 'Every identification and exit of one household, step by step' })
  async household(
    @Caller() identity: Identity,
    @Param('id') id: string,
    @Query() { treeSize }: RepeatableQuery,
    @Headers('x-purpose') purpose?: string,
  ) {
    if (!isUuid(id))
      throw new InvalidCommand([{ path: '/id', code: 'isUuid', message: 'must be a UUID in lower case' }]);
    const caller = await this.reading.caller(identity, purpose);
    this.reading.mustTrace(caller, 'compliance');
    await this.system.refreshRules();
    const question = { household: id, ...(treeSize !== undefined && { treeSize }) };
    const { sheets, basis } = await this.system.compliance.ofHousehold(question, this.system.rules);
    const items = sheets.filter((one) => this.#sees(caller, one));
    if (items.length === 0) throw new NotFound('record/not-found', { id });
    return { items, people: await this.#shown(caller, items), basis };
  }

  async #cases(caller: ReadingCaller, { area, year, treeSize }: ComplianceQuery | CasesQuery) {
    await this.system.refreshRules();
    const question = { area, year, ...(treeSize !== undefined && { treeSize }) };
    const visible = (one: ProcedureCase): boolean => this.#sees(caller, one);
    return this.system.compliance.cases({ ...question, visible }, this.system.rules);
  }

  #sees(caller: ReadingCaller, { area, household }: Pick<ProcedureCase, 'area' | 'household'>): boolean {
    return this.reading.sees(caller, area, household);
  }

  async #shown(caller: ReadingCaller, items: readonly CaseSheet[]) {
    await this.reading.recorded(caller, 'compliance-cases', [...new Set(items.map(({ household }) => household))]);
    return peopleOf(this.system, items.flatMap(({ steps }) => steps.flatMap(({ done, closed }) => [...(done ? [done] : []), ...(closed ? [closed] : [])]))); // prettier-ignore
  }
}
