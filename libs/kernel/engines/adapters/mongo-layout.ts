import type { Db } from 'mongodb';
import { againWhereDuplicate } from './mongo-connection';
import { mustBeKnown } from './layout';

interface Layout {
  readonly _id: 'layout';
  readonly layout: number;
}

/**
 * Marks the stores of a scaled system with the layout that this program writes. @throws StoreUnavailable for a newer
 * one
 */
export const stampEngines = async (db: Db, layout: number): Promise<void> => {
  const about = db.collection<Layout>('about');
  const found = await about.findOne({ _id: 'layout' });
  mustBeKnown(`MongoDB ${db.databaseName}`, found?.layout ?? 0, layout);
  if (found?.layout === layout) return;
  await againWhereDuplicate(() => about.updateOne({ _id: 'layout' }, { $max: { layout } }, { upsert: true }));
};
