import { Body, Controller, Delete, Get, HttpCode, Ip, Param, Post, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { IsString, MaxLength } from 'class-validator';
import { NotAuthenticated, resetPassword, type AccountSheet, type Credentials, type Identity } from '@kernel/access';
import { InvalidCommand } from '@kernel/commanding';
import { Caller, issuedFrom, Public } from '@kernel/http';
import type { FastifyRequest } from 'fastify';
import { issuesOf, type Class } from '@kernel/sourcing';
import { System } from '@standalone/system';

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
  constructor(private readonly system: System) {}

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
    return this.system.sessions.begin(account, password, address);
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
    return this.system.sessions.renew(checked(Refresh, body).refreshToken);
  }

  @Delete('sessions/current')
  @HttpCode(204)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Sign out: the session ends at once' })
  end(@Caller() { session }: Identity): Promise<void> {
    return this.system.sessions.end(session);
  }

  @Post('accounts/:id/reset-password')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'A new random password for an account, said once; every session of the account ends' })
  reset(@Param('id') id: string, @Req() request: FastifyRequest): Promise<Credentials> {
    return resetPassword(this.system, id, issuedFrom(request, this.system.clock));
  }

  @Get('me')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'The account and its posts' })
  async me(@Caller() { subject }: Identity) {
    const sheet = await this.system.models.get<AccountSheet>('accounts', subject);
    if (!sheet) throw new NotAuthenticated('the account is unknown');
    return sheet;
  }
}
