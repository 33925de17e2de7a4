import { Controller, Get, Headers, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { householdCard, type HouseholdCard } from '@domain/household';
import type { MeetingSheet } from '@domain/meeting';
import { postableSheet, type NoticeSheet } from '@domain/notice';
import { shippedParameters, type Enactment } from '@domain/parameter';
import { ROLES, type AccountSheet } from '@kernel/accounts';
import { Caller, type Identity } from '@kernel/http';
import { NotFound } from '@kernel/commanding';
import { openedOr } from '@kernel/sourcing';
import { System } from '@system/system';
import { AreaQuery, AtLeastQuery, PageQuery, RecordQuery } from './queries';
import { Reading, type ReadingCaller } from './reading';

/** Everything beside households: notices, meetings, accounts, posts, areas, parameters. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class RecordsController {
  constructor(
    private readonly system: System,
    private readonly reading: Reading,
  ) {}

  @Get('notices')
  @ApiOperation({ summary: 'Notices in the areas of the caller' })
  notices(@Caller() identity: Identity, @Query() query: RecordQuery) {
    return this.#list('notices', identity, query);
  }

  @Get('notices/:id')
  @ApiOperation({ summary: 'A notice with its households and what its effects were refused for' })
  notice(@Caller() identity: Identity, @Param('id') id: string, @Query() { atLeast }: AtLeastQuery) {
    return this.#one<NoticeSheet>('notices', identity, id, atLeast);
  }

  @Get('notices/:id/sheet')
  @ApiOperation({ summary: 'The masked list for posting: checked, so that it holds nothing that may not be shown' })
  async sheet(@Caller() identity: Identity, @Param('id') id: string, @Headers('x-purpose') purpose?: string) {
    const caller = await this.reading.caller(identity, purpose);
    const notice = await this.#one<NoticeSheet>('notices', identity, id);
    const cards = await Promise.all(
      notice.households.map((one) => this.system.models.get<HouseholdCard>(householdCard.name, one)),
    );
    const directory = await this.system.directory();
    const rows = cards.flatMap((card) =>
      card
        ? [
            {
              head: openedOr(card.head ?? '', ''),
              village: directory.name(card.area) ?? card.area,
              members: card.members,
            },
          ]
        : [],
    );
    const lines = postableSheet(rows);
    await this.reading.recorded(caller, 'notice-sheet', notice.households);
    return { kind: notice.kind, area: notice.area, days: notice.days, lines };
  }

  @Get('meetings')
  @ApiOperation({ summary: 'Meetings in the areas of the caller' })
  meetings(@Caller() identity: Identity, @Query() query: RecordQuery) {
    return this.#list('meetings', identity, query);
  }

  @Get('meetings/:id')
  @ApiOperation({ summary: 'A meeting with its votes' })
  meeting(@Caller() identity: Identity, @Param('id') id: string, @Query() { atLeast }: AtLeastQuery) {
    return this.#one<MeetingSheet>('meetings', identity, id, atLeast);
  }

  @Get('areas')
  @ApiOperation({ summary: 'Areas directly below a prefix' })
  async areas(@Query() { parent }: AreaQuery) {
    return { items: (await this.system.directory()).below(parent ?? '') };
  }

  @Get('parameters')
  @ApiOperation({ summary: 'Rules as data: what ships and what was enacted' })
  async parameters() {
    const enacted = await this.system.models.find<Enactment>('parameters', { limit: 1000 });
    return { items: [...shippedParameters, ...enacted.items] };
  }

  @Get('accounts')
  @ApiOperation({ summary: 'Accounts, for administrators' })
  async accounts(@Caller() identity: Identity, @Query() query: PageQuery) {
    const caller = await this.#overseer(identity);
    await this.reading.reached('accounts', query.atLeast);
    const page = await this.system.models.find<AccountSheet>('accounts', {
      limit: query.limit ?? 50,
      ...(query.after !== undefined && { after: query.after }),
    });
    await this.reading.recorded(caller, 'accounts', page.items.map(({ id }) => id)); // prettier-ignore
    return page;
  }

  @Get('posts')
  @ApiOperation({ summary: 'Roles and posts, with those who hold them' })
  async posts(@Caller() identity: Identity) {
    await this.#overseer(identity);
    const { items } = await this.system.models.find<AccountSheet>('accounts', { limit: 1000 });
    return { roles: ROLES, items: items.flatMap(({ id, posts }) => posts.map((post) => ({ account: id, ...post }))) };
  }

  async #list(view: string, identity: Identity, { area, kind, limit, after, atLeast }: RecordQuery): Promise<object> {
    const caller = await this.reading.caller(identity, 'list of procedure records');
    await this.reading.reached(view, atLeast);
    const any = this.reading.within(caller);
    if (!any) return { items: [], total: 0 };
    const where = { ...(area !== undefined && { area: { prefix: area } }), ...(kind !== undefined && { kind }) };
    const page = await this.system.models.find(view, {
      where,
      any,
      limit: limit ?? 50,
      ...(after !== undefined && { after }),
    });
    return { ...page, total: await this.system.models.count(view, { where, any }) };
  }

  async #one<D extends { readonly area: string }>(
    view: string,
    identity: Identity,
    id: string,
    atLeast?: string,
  ): Promise<D> {
    const caller = await this.reading.caller(identity, 'procedure record');
    await this.reading.reached(view, atLeast);
    const sheet = await this.system.models.get<D>(view, id);
    const reader = sheet && this.reading.readerOf(caller, sheet.area);
    if (!sheet || !reader) throw new NotFound('record/not-found', { id });
    return sheet;
  }

  async #overseer(identity: Identity): Promise<ReadingCaller> {
    const caller = await this.reading.caller(identity, 'administration');
    this.reading.mustBe(caller, 'admin', 'inspector');
    return caller;
  }
}
