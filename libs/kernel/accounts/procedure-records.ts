import { Inject, Injectable } from '@nestjs/common';
import { NotFound } from '@kernel/commanding';
import type { Identity, RecordQuery } from '@kernel/http';
import { ReadModels } from '@kernel/read-models';
import { Reading } from './reading';

/** Records of procedures without personal values: lists and sheets of those in the caller's areas. */
@Injectable()
export class ProcedureRecords {
  constructor(
    @Inject(ReadModels) private readonly models: ReadModels,
    @Inject(Reading) private readonly reading: Reading,
  ) {}

  async list(view: string, identity: Identity, { area, kind, limit, after, atLeast }: RecordQuery): Promise<object> {
    const caller = await this.reading.caller(identity, 'list of procedure records');
    await this.reading.reached(view, atLeast);
    const any = this.reading.within(caller);
    if (!any) return { items: [], total: 0 };
    const where = { ...(area !== undefined && { area: { prefix: area } }), ...(kind !== undefined && { kind }) };
    const page = await this.models.find(view, {
      where,
      any,
      limit: limit ?? 50,
      ...(after !== undefined && { after }),
    });
    return { ...page, total: await this.models.count(view, { where, any }) };
  }

  async one<D extends { readonly area: string }>(
    view: string,
    identity: Identity,
    id: string,
    atLeast?: string,
  ): Promise<D> {
    const caller = await this.reading.caller(identity, 'procedure record');
    await this.reading.reached(view, atLeast);
    const sheet = await this.models.get<D>(view, id);
    const reader = sheet && this.reading.readerOf(caller, sheet.area);
    if (!sheet || !reader) throw new NotFound('record/not-found', { id });
    return sheet;
  }
}
