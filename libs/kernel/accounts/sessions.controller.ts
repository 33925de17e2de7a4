import { accounts, type AccountState } from './account';
import { Caller, Id, type Identity, NotAuthenticated, Public } from '@kernel/http';
import { ReadModels } from '@kernel/read-models';
import { Clock, Commands, Forbidden, InvalidCommand, NotFound } from '@kernel/commanding';
import { randomPassword, Sessions } from './sessions';
import { Body, Controller, Delete, Get, HttpCode, Ip, Post, Inject } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { readingPosts } from './reader';
import { issuesOf, type Class } from '@kernel/sourcing';

class Credentials {
  @IsString() @MaxLength(60) account!: string;
  @IsString() @MaxLength(200) password!: string;
}
class Refresh {
  @IsString() @MaxLength(200) refreshToken!: string;
}

const checked = <T extends object>(owner: Class<T>, body: unknown): T => {
  const issues = issuesOf(owner, body);
  if (issues) throw new InvalidCommand(issues);
  return body as T;
};

@ApiTags('sessions')
@Controller()
export class SessionsController {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Commands) private readonly commands: Commands,
    @Inject(Clock) private readonly clock: Clock,
    @Inject(Sessions) private readonly sessions: Sessions,
  ) {}

  @Public()
  @Post('sessions')
  @ApiOperation({ summary: 'Sign in with account and password' })
  @ApiBody({
    schema: {
      type: 'object',
      properties: { account: { type: 'string' }, password: { type: 'string' } },
      required: ['account', 'password'],
      example: { account: 'village-1', password: '…' },
    },
  })
  begin(@Body() body: unknown, @Ip() address: string) {
    const { account, password } = checked(Credentials, body);
    return this.sessions.begin(account, password, address);
  }

  @Public()
  @Post('sessions/refresh')
  @ApiOperation({ summary: 'Exchange a refresh token for a new pair; a token used twice ends the session' })
  @ApiBody({
    schema: {
      type: 'object',
      properties: { refreshToken: { type: 'string' } },
      required: ['refreshToken'],
      example: { refreshToken: '…' },
    },
  })
  renew(@Body() body: unknown) {
    return this.sessions.renew(checked(Refresh, body).refreshToken);
  }

  @Delete('sessions/current')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Sign out: the session ends at once' })
  end(@Caller() { session }: Identity): Promise<void> {
    return this.sessions.end(session);
  }

  @Post('accounts/:id/reset-password')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'A new random password for an account, said once; for administrators' })
  async reset(@Caller() { subject }: Identity, @Id() id: string) {
    const { state } = await this.commands.state<AccountState>('account', subject);
    const posts = readingPosts(state, this.clock.now());
    if (!posts.some(({ role }) => role === 'admin'))
      throw new Forbidden('access/not-permitted', { command: 'reset-password' });
    const sheet = await this.models.get(accounts, id);
    if (!sheet) throw new NotFound('record/not-found', { id });
    const password = randomPassword();
    await this.sessions.setPassword(sheet.account, id, password);
    return { account: sheet.account, password };
  }

  @Get('me')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'The account and its posts' })
  async me(@Caller() { subject }: Identity) {
    const sheet = await this.models.get(accounts, subject);
    if (!sheet) throw new NotAuthenticated('the account is unknown');
    return sheet;
  }
}
