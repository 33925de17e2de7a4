import { Body, Controller, Delete, Get, HttpCode, Inject, Ip, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import type { FastifyRequest } from 'fastify';
import { Clock, Commands, InvalidCommand } from '@kernel/commanding';
import { Caller, Id, issuedFrom, NotAuthenticated, Public, type Identity } from '@kernel/http';
import { ReadModels } from '@kernel/read-models';
import { accounts } from './account';
import { Logins } from './logins';
import { resetPassword, type Credentials } from './reset-password';
import { Sessions } from './sessions';
import { issuesOf, type Class } from '@kernel/sourcing';

class SignIn {
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
    @Inject(Logins) private readonly logins: Logins,
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
    const { account, password } = checked(SignIn, body);
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
  @ApiOperation({ summary: 'A new random password for an account, said once; every session of the account ends' })
  reset(@Id() id: string, @Req() request: FastifyRequest): Promise<Credentials> {
    const { commands, sessions, logins } = this;
    return resetPassword({ commands, sessions, logins }, id, issuedFrom(request, this.clock));
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
