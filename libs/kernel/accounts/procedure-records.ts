import { Inject, Injectable } from '@nestjs/common';
import { NotFound } from '@kernel/commanding';
import type { Identity, RecordQuery } from '@kernel/http';
import { ReadModels, type Conditions, type ViewDefinition } from '@kernel/read-models';
import { Reading } from './reading';

/** Records of procedures without personal values: lists and sheets of those in the caller's areas. */
@Injectable()
export class ProcedureRecords {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  async list(
    view: ViewDefinition,
    identity: Identity,
    { area, kind, limit, after, atLeast }: RecordQuery,
  ): Promise<object> {
    const caller = await this.reading.caller(identity, 'list of procedure records');
    await this.reading.reached(view.name, atLeast);
    const any: readonly Conditions[] | undefined = this.reading.within(caller);
    if (!any) return { items: [], total: 0 };
    const where: Conditions = {
      ...(area !== undefined && { area: { prefix: area } }),
      ...(kind !== undefined && { kind }),
    };
    const page = await this.models.find(view, {
      where,
      any,
      limit: limit ?? 50,
      ...(after !== undefined && { after }),
    });
    return { ...page, total: await this.models.count(view, { where, any }) };
  }

  async one<D extends { readonly area: string }>(
    view: ViewDefinition<D>,
    identity: Identity,
    id: string,
    atLeast?: string,
  ): Promise<D> {
    const caller = await this.reading.caller(identity, 'procedure record');
    await this.reading.reached(view.name, atLeast);
    const sheet = await this.models.get(view, id);
    const reader = sheet && this.reading.readerOf(caller, sheet.area);
    if (!sheet || !reader) throw new NotFound('record/not-found', { id });
    return sheet;
  }
}
