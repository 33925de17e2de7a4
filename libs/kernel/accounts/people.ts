import { accounts } from './account';
import { Inject, Injectable } from '@nestjs/common';
import { ReadModels } from '@kernel/read-models';

interface Acted {
  readonly actor: string;
  readonly requestedBy?: string;
}

/** Names and logins of those who acted, by account: every act has a named person. */
@Injectable()
export class People {
  constructor(@Inject(ReadModels) private readonly models: ReadModels) {}

  async of(
    acts: readonly Acted[],
  ): Promise<Readonly<Record<string, { readonly account: string; readonly name: string }>>> {
    const ids = new Set(
      acts.flatMap(({ actor, requestedBy }) => [actor, ...(requestedBy === undefined ? [] : [requestedBy])]),
    );
    const found: Record<string, { account: string; name: string }> = {};
    for (const id of ids) {
      const sheet = await this.models.get(accounts, id);
      if (sheet) found[id] = { account: sheet.account, name: sheet.name };
    }
    return found;
  }
}
