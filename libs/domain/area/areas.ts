import { areaLists } from './area';
import { Inject, Injectable } from '@nestjs/common';
import { ReadModels } from '@kernel/read-models';
import { AreaDirectory } from './directory';

/** The directory of every area that was recorded, read anew when a list has come. */
@Injectable()
export class Areas {
  #directory = new AreaDirectory([]);
  #lists = -1;

  constructor(@Inject(ReadModels) private readonly models: ReadModels) {}

  async directory(): Promise<AreaDirectory> {
    const lists = await this.models.count(areaLists, {});
    if (lists !== this.#lists) {
      const { items } = await this.models.find(areaLists, { limit: 1000 });
      this.#directory = new AreaDirectory(items);
      this.#lists = lists;
    }
    return this.#directory;
  }
}
