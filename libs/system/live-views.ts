import { areaDecider, AreaDirectory, areaLists } from '@domain/area';
import { parameterDecider, parameters, ruleBook } from '@domain/parameter';
import type { ReadModels } from '@kernel/read-models';
import type { RuleBook } from '@kernel/sourcing';
import { LiveView, type LiveViewParts } from './live-view';

type Parts = Pick<LiveViewParts<unknown>, 'store' | 'projector' | 'onTrouble'> & { readonly models: ReadModels };

const MOST = 1000;

/** The areas that a view holds. */
export const readDirectory = async (models: ReadModels): Promise<AreaDirectory> =>
  new AreaDirectory((await models.find(areaLists, { limit: MOST })).items);

/** The rules of this moment. */
export const liveRules = ({ models, ...parts }: Parts): LiveView<RuleBook> =>
  new LiveView({
    ...parts,
    view: parameters.name,
    types: Object.keys(parameterDecider.events.classes),
    initial: ruleBook(),
    read: async () => ruleBook((await models.find(parameters, { limit: MOST })).items),
  });

/** The areas of this moment. Lists are never changed, so that their number tells whether there is something to read. */
export const liveAreas = ({ models, ...parts }: Parts): LiveView<AreaDirectory> => {
  let [known, directory] = [0, new AreaDirectory([])];
  return new LiveView({
    ...parts,
    view: areaLists.name,
    types: Object.keys(areaDecider.events.classes),
    initial: directory,
    read: async () => {
      const lists = await models.count(areaLists, {});
      if (lists === known) return directory;
      [known, directory] = [lists, await readDirectory(models)];
      return directory;
    },
  });
};
