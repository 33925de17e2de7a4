import { accounts } from './account';
import { ROLES } from './post';
import { Controller, Get, Inject, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Caller, PageQuery, type Identity } from '@kernel/http';
import { ReadModels } from '@kernel/read-models';
import { Reading, type ReadingCaller } from './reading';

/** Accounts and posts, for administrators and inspectors. */
@ApiTags('records')
@ApiBearerAuth()
@Controller()
export class AccountsController {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  @Get('accounts')
  @ApiOperation({ summary: 'Accounts, for administrators' })
  async accounts(@Caller() identity: Identity, @Query() query: PageQuery) {
    const caller = await this.#overseer(identity);
    await this.reading.reached('accounts', query.atLeast);
    const page = await this.models.find(accounts, {
      limit: query.limit ?? 50,
      ...(query.after !== undefined && { after: query.after }),
    });
    await this.reading.recorded(
      caller,
      'accounts',
      page.items.map(({ id }) => id),
    );
    return page;
  }

  @Get('posts')
  @ApiOperation({ summary: 'Roles and posts, with those who hold them' })
  async posts(@Caller() identity: Identity) {
    await this.#overseer(identity);
    const { items } = await this.models.find(accounts, { limit: 1000 });
    return { roles: ROLES, items: items.flatMap(({ id, posts }) => posts.map((post) => ({ account: id, ...post }))) };
  }

  async #overseer(identity: Identity): Promise<ReadingCaller> {
    const caller = await this.reading.caller(identity, 'administration');
    this.reading.mustBe(caller, 'admin', 'inspector');
    return caller;
  }
}
