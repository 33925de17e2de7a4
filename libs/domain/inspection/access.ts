import { Inject, Injectable } from '@nestjs/common';
import { Grants, type Post } from '@kernel/accounts';
import { ReadModels } from '@kernel/read-models';
import { inspections } from './inspections.projection';

/**
 * What an open inspection gives to those it names: a post as inspector of its scope, for its period. The post's id is
 * the inspection, so that every act and every reading under it names it.
 */
@Injectable()
export class InspectionGrants extends Grants {
  constructor(@Inject(ReadModels) private readonly models: ReadModels) {
    super();
  }

  async of(account: string): Promise<readonly Post[]> {
    const { items } = await this.models.find(inspections, {
      where: { inspectors: account, status: 'open' },
      limit: 100,
    });
    return items.map(({ id, area, from, to, households }) => ({
      post: id,
      role: 'inspector',
      area,
      from,
      to,
      ...(households && { households }),
    }));
  }
}
