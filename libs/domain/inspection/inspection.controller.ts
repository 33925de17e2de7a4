import { Caller, Id, type Identity, PageQuery, Purpose } from '@kernel/http';
import { ReadModels } from '@kernel/read-models';
import { Clock, NotFound } from '@kernel/commanding';
import { Reading, type ReadingCaller } from '@kernel/accounts';
import { Controller, Get, Query, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { householdCard } from '@domain/household/contract';
import { FindingSheet, inspections, type InspectionSheet } from './inspections.projection';
import { localDate, masked, type Reader } from '@kernel/sourcing';

const overlap = (a: string, b: string): boolean => a.startsWith(b) || b.startsWith(a);

/** Inspections: what they may see and until when, what they found, and how it was answered. */
@ApiTags('inspection')
@ApiBearerAuth()
@Controller('inspections')
export class InspectionsController {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Inspections that touch the areas of the caller' })
  async list(@Caller() identity: Identity, @Query() { limit, after }: PageQuery, @Purpose() purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    const page = await this.models.find(inspections, {
      limit: limit ?? 50,
      ...(after !== undefined && { after }),
    });
    const items = page.items
      .filter((sheet) => touches(caller, sheet))
      .map(({ findings, households, ...sheet }) => ({
        ...this.#withState(sheet),
        findings: findings.length,
        ...(households && { households: households.length }),
      }));
    return { ...page, items };
  }

  @Get(':id')
  @ApiOperation({ summary: 'One inspection with the findings that the caller may see' })
  async one(@Caller() identity: Identity, @Id() id: string, @Purpose() purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    const sheet = await this.models.get(inspections, id);
    if (!sheet || !touches(caller, sheet)) throw new NotFound('record/not-found', { id });
    const findings: FindingSheet[] = [];
    for (const finding of sheet.findings) {
      const reader = await this.#readerOf(caller, sheet, finding.household);
      if (reader) findings.push(masked(FindingSheet, finding, reader) as FindingSheet);
    }
    await this.reading.recorded(caller, 'inspection', [id, ...findings.flatMap(({ household }) => household ?? [])]);
    return this.#withState({ ...sheet, findings });
  }

  /** A finding on a household is for those who may read the household. */
  async #readerOf(
    caller: ReadingCaller,
    { area }: InspectionSheet,
    household: string | undefined,
  ): Promise<Reader | undefined> {
    if (household === undefined) return this.reading.readerOf(caller, area.padEnd(12, '0'));
    const card = await this.models.get(householdCard, household);
    return card && this.reading.readerOf(caller, card.area, card);
  }

  #withState<S extends Pick<InspectionSheet, 'status' | 'to'>>(sheet: S) {
    const today = localDate(this.clock.now());
    return {
      ...sheet,
      access: sheet.status === 'open' && today < sheet.to ? ('running' as const) : ('ended' as const),
    };
  }
}

const touches = ({ posts, subject }: ReadingCaller, { area, inspectors }: InspectionSheet): boolean =>
  inspectors.includes(subject) || posts.some((post) => overlap(post.area, area));
