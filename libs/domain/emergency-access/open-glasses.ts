import { Inject, Injectable } from '@nestjs/common';
import { Openings, type Opening, type Post } from '@kernel/accounts';
import { ReadModels } from '@kernel/read-models';
import { BREAKERS } from './roles';
import { glasses } from './glasses.projection';

/** What an account has opened by breaking the glass. Only a holder of a breaking post has anything open. */
@Injectable()
export class OpenGlasses extends Openings {
  constructor(@Inject(ReadModels) private readonly models: ReadModels) {
    super();
  }

  async of(
    account: string,
    { posts, at }: { readonly posts: readonly Post[]; readonly at: string },
  ): Promise<readonly Opening[]> {
    if (!posts.some(({ role }) => BREAKERS.includes(role))) return [];
    const { items } = await this.models.find(glasses, {
      where: { account, until: { from: at } },
      limit: 100,
    });
    return items.filter(({ until }) => at < until);
  }
}
