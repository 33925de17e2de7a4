import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsInt, IsObject, IsOptional, IsString } from 'class-validator';
import { bodyText, newUuid, ZERO_HASH } from '@kernel/format';
import { NO_STREAM, type StoredEvent } from '@kernel/event-store';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { factMetaOf } from '@kernel/privacy';
import { Clear, defineProjection, PartialOf, type AnyProjection, IsId } from '@kernel/sourcing';
import { testEvents } from '@kernel/sourcing/testing/test-events';
import { Projector, rebuild, viewOf, type ReadModels, type ViewDefinition } from '..';
import { until } from '../../../../test/support/until';

const folder = () => mkdtempSync(join(tmpdir(), 'jd-views-'));

class Counted {
  @Clear() @IsInt() by!: number;
}
class Poisoned {
  @Clear() @IsOptional() @IsString() why?: string;
}
class CorrectionRecorded {
  @Clear('event') @IsId() event!: string;
  @Clear() @IsString() corrects!: string;
  @PartialOf('corrects') @IsObject() replaces!: object;
}
const events = testEvents('counter', { Counted, Poisoned, CorrectionRecorded });

export interface Total {
  readonly id: string;
  readonly total: number;
}
export const total = (version = 1, factor = 1) =>
  defineProjection<Total>()({
    name: 'total',
    version,
    from: events,
    indexes: ['total'],
    opens: [],
    on: {
      Counted: (document, { by }, { subject }) => ({ id: subject, total: (document?.total ?? 0) + by * factor }),
      Poisoned: () => {
        throw new Error('this does not fold');
      },
    },
  }) as AnyProjection;

const TOTALS: ViewDefinition<Total> = { name: 'total', version: 1, indexes: ['total'] };

/** The same, of a version that folds what is poison to the first. */
const mended = (version = 1) => {
  const poisoned = total(version);
  return { ...poisoned, on: { ...poisoned.on, Poisoned: (document: Total) => document } } as AnyProjection;
};

/** Chain and seals are other specs' business: here only order and content of events count. */
export const eventOf = (id: string, revision: number, type: string, data: object) => {
  const meta = {
    env: '1',
    schema: '1',
    cmd: newUuid(),
    actor: newUuid(),
    auth: 'pwd',
    area: '433124110226',
    via: 'web',
    recordedAt: '2026-11-23T08:00:00.000Z',
    prev: ZERO_HASH,
    h: ZERO_HASH,
  };
  return { stream: `counter-${id}`, revision, id: newUuid(), type, meta, body: bodyText(data as never, []), boxes: [] };
};

export const open = (page: readonly StoredEvent[]) =>
  Promise.resolve(
    page.map((event) => ({ meta: factMetaOf(event), data: (JSON.parse(event.body) as { data: object }).data })),
  );

/**
 * What the projector promises on every store of read models; `openModels` opens what lies under a name, again and
 * again.
 */
export const projectorContract = (name: string, openModels: (where: string) => ReadModels): void => {
  const make = (projection: AnyProjection, wheres = { log: folder(), views: folder() }) => {
    const store = EmbeddedEventStore.open({ folder: wheres.log, tolerant: true });
    const models = openModels(wheres.views);
    const projector = new Projector({ store, models, projections: [projection], open });
    const add = async (id: string, revision: number, type: string, data: object) => {
      const event = eventOf(id, revision, type, data);
      const receipt = await store.append(event.stream, revision === 0 ? NO_STREAM : revision - 1, [event]);
      return { ...receipt, id: event.id };
    };
    const stop = async () => {
      await projector.stop();
      await models.close();
      await store.close();
    };
    return { wheres, store, models, projector, add, stop };
  };

  describe(`the projector on ${name}`, () => {
    const [a, b] = [newUuid(), newUuid()];

    it('follows the log and resumes after a restart with nothing lost or doubled', async () => {
      const first = make(total());
      await first.projector.start();
      await first.add(a, 0, 'Counted', { by: 2 });
      const { position } = await first.add(a, 1, 'Counted', { by: 3 });
      expect(await first.projector.waitFor(position)).toBe(true);
      await first.stop();
      const second = make(total(), first.wheres);
      const later = await second.add(a, 2, 'Counted', { by: 5 });
      await second.projector.start();
      expect(await second.projector.waitFor(later.position)).toBe(true);
      expect(await second.models.get(TOTALS, a)).toEqual({ id: a, total: 10 });
      expect(await second.projector.lag()).toEqual([{ view: 'total', events: 0, seconds: 0 }]);
      await second.stop();
    });

    it('builds a raised version anew and swaps it in when caught up', async () => {
      const first = make(total());
      await first.projector.start();
      await first.projector.waitFor((await first.add(a, 0, 'Counted', { by: 2 })).position);
      await first.stop();
      const second = make(total(2, 100), first.wheres);
      await second.projector.start();
      await second.projector.waitFor((await second.add(b, 0, 'Counted', { by: 1 })).position);
      await until('it is swapped in', async () => (await second.models.get(TOTALS, a))?.total !== 2);
      expect(await second.models.get(TOTALS, a)).toEqual({ id: a, total: 200 });
      await second.stop();
    });

    it('folds a corrected stream anew, live as in a rebuild', async () => {
      const { projector, models, store, add, stop } = make(total());
      await projector.start();
      const { id } = await add(a, 0, 'Counted', { by: 2 });
      await add(a, 1, 'Counted', { by: 3 });
      await add(a, 2, 'CorrectionRecorded', { event: id, corrects: 'Counted', replaces: { by: 7 } });
      const { position } = await add(a, 3, 'Counted', { by: 1 });
      await projector.waitFor(position);
      expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 11 });
      expect(await rebuild({ store, models, projection: total(), open })).toMatchObject({
        view: 'total',
        documents: 1,
        equal: true,
      });
      await stop();
    });

    it('folds a corrected stream as it was stored where the projection says so, live as in a rebuild', async () => {
      const stored = { ...total(), asStored: true };
      const { projector, models, store, add, stop } = make(stored);
      await projector.start();
      const { id } = await add(a, 0, 'Counted', { by: 2 });
      await add(a, 1, 'CorrectionRecorded', { event: id, corrects: 'Counted', replaces: { by: 7 } });
      await projector.waitFor((await add(a, 2, 'Counted', { by: 1 })).position);
      expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 3 });
      expect(await rebuild({ store, models, projection: stored, open })).toMatchObject({ equal: true });
      await stop();
    });

    it('parks a household whose event does not fold, shows it, and goes on with the others', async () => {
      const { projector, models, add, stop } = make(total());
      await projector.start();
      await add(a, 0, 'Counted', { by: 2 });
      await add(a, 1, 'Poisoned', {});
      await add(a, 2, 'Counted', { by: 3 });
      const { position } = await add(b, 0, 'Counted', { by: 9 });
      await projector.waitFor(position);
      expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 2 });
      expect(await models.get(TOTALS, b)).toEqual({ id: b, total: 9 });
      expect(await projector.parked()).toMatchObject([
        { view: 'total', key: a, stream: `counter-${a}`, revision: 1, type: 'Poisoned' },
      ]);
      await stop();
    });

    it('says kind and place of a fault, and nothing of what the event said', async () => {
      const { projector, add, stop } = make(total());
      await projector.start();
      await projector.waitFor((await add(a, 0, 'Poisoned', { why: '石爬专' })).position);
      const [parked] = await projector.parked();
      expect(parked?.error).toMatch(/^Error at projector\.contract\.ts:\d+$/);
      expect(JSON.stringify(parked)).not.toContain('石爬专');
      await stop();
    });

    describe('a parked document', () => {
      /** Parked at its second event; its cause is mended by a projection that folds it. */
      const parkedAndMended = async () => {
        const first = make(total());
        await first.projector.start();
        await first.add(a, 0, 'Counted', { by: 2 });
        await first.add(a, 1, 'Poisoned', {});
        await first.projector.waitFor((await first.add(a, 2, 'Counted', { by: 3 })).position);
        expect(await first.projector.retry('total', a)).toBe('parked');
        expect(await first.projector.parked()).toMatchObject([{ key: a, tried: expect.any(String) as string }]);
        await first.stop();
        return first.wheres;
      };

      it('is folded anew when its cause is mended, goes on with the others, and is as a fresh fold', async () => {
        const { projector, models, store, add, stop } = make(mended(), await parkedAndMended());
        await projector.start();
        await projector.waitFor((await add(b, 0, 'Counted', { by: 9 })).position);
        expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 2 });
        expect(await projector.retry('total', a)).toBe('folded');
        expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 5 });
        expect(await projector.parked()).toEqual([]);
        expect(await projector.retry('total', a)).toBeUndefined();
        await projector.waitFor((await add(a, 3, 'Counted', { by: 4 })).position);
        expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 9 });
        expect(await rebuild({ store, models, projection: mended(), open })).toMatchObject({ equal: true });
        await stop();
      });

      it('is folded once however many of its events come in meanwhile', async () => {
        const { projector, models, store, add, stop } = make(mended(), await parkedAndMended());
        await projector.start();
        const last = (async () => {
          let position = '';
          for (let revision = 3; revision < 40; revision++)
            ({ position } = await add(a, revision, 'Counted', { by: 1 }));
          return position;
        })();
        const retried: unknown[] = [];
        for (let round = 0; round < 10; round++) retried.push(await projector.retry('total', a).catch(() => 'behind'));
        await projector.waitFor(await last);
        if (!retried.includes('folded')) retried.push(await projector.retry('total', a));
        expect(retried).toContain('folded');
        expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 42 });
        expect(await rebuild({ store, models, projection: mended(), open })).toMatchObject({ equal: true });
        await stop();
      });

      it('is folded by the process that keeps the view when one that only watches asks', async () => {
        const { store, models, stop } = make(mended(), await parkedAndMended());
        const parts = { store, models, projections: [mended()], open, shared: true };
        const [keeper, watcher] = [new Projector(parts), new Projector(parts)];
        await Promise.all([keeper.start(), watcher.watch()]);
        expect(await watcher.retry('total', newUuid())).toBeUndefined();
        expect(await watcher.retry('total', a)).toBe('folded');
        expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 5 });
        expect(await watcher.parked()).toEqual([]);
        await Promise.all([keeper.stop(), watcher.stop()]);
        await stop();
      });

      it('is no longer parked in a version that begins anew', async () => {
        const { projector, models, add, stop } = make(mended(2), await parkedAndMended());
        await projector.start();
        await projector.waitFor((await add(a, 3, 'Counted', { by: 4 })).position);
        expect(await projector.parked()).toEqual([]);
        await until('it is folded again', async () => (await models.get(TOTALS, a))?.total === 9);
        await stop();
      });
    });

    it('goes on by itself after its store failed in the middle of a batch', async () => {
      const { projector, models, add, stop } = make(total());
      const write = models.write.bind(models);
      let failures = 2;
      models.write = (...batch) => (failures-- > 0 ? Promise.reject(new Error('disk')) : write(...batch));
      await projector.start();
      const { position } = await add(a, 0, 'Counted', { by: 2 });
      expect(await projector.waitFor(position, { timeout: 8000 })).toBe(true);
      expect(await models.get(TOTALS, a)).toEqual({ id: a, total: 2 });
      await stop();
    });

    it('tells a view that was changed by hand from a fresh fold, and mends it', async () => {
      const { projector, models, store, add, stop } = make(total());
      await projector.start();
      await projector.waitFor((await add(a, 0, 'Counted', { by: 2 })).position);
      await models.write(
        viewOf(total()),
        { puts: new Map([[a, { id: a, total: 3 }]]), deletes: [], checkpoint: '1' },
        0,
      );
      const parts = { store, models, projection: total(), open };
      expect(await rebuild(parts, { repair: true })).toMatchObject({ equal: false });
      expect(await rebuild(parts)).toMatchObject({ equal: true });
      await stop();
    });
  });
};
