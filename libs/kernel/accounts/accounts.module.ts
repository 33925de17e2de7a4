import { Global, Module } from '@nestjs/common';
import { commandRoutes, forFeature } from '@kernel/http';
import { accountDecider } from './account';
import { accountFeature } from './account.feature';
import { AccountsController } from './accounts.controller';
import { People } from './people';
import { ProcedureRecords } from './procedure-records';
import { Reading } from './reading';
import { SessionsController } from './sessions.controller';

@Global()
@Module(
  forFeature(accountFeature, {
    controllers: [
      commandRoutes('accounts', accountDecider, { except: ['SetPassword'] }),
      AccountsController,
      SessionsController,
    ],
    providers: [Reading, People, ProcedureRecords],
  }),
)
export class AccountsModule {}
