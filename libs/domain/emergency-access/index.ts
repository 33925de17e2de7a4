import type { Post } from '@kernel/accounts';
import type { ReadModels } from '@kernel/read-models';
import type { Feature, WordsFor } from '@kernel/sourcing';
import { emergencyAccessDecider } from './emergency-access.decider';
import { glasses, type GlassSheet } from './glasses.projection';

export { emergencyAccessDecider } from './emergency-access.decider';
export { glasses, GlassSheet } from './glasses.projection';

/** Roles that may open for themselves what their post does not show. */
const BREAKERS = ['village', 'township', 'county', 'dispute-handler'];
/** Roles that review it. */
export const GLASS_REVIEWERS: readonly string[] = ['county', 'leading-group', 'inspector'];

const STATUS_WORDS: WordsFor<GlassSheet['status']> = {
  unreviewed: ['待复核', 'To be reviewed'],
  justified: ['确有必要', 'Justified'],
  unjustified: ['没有必要', 'Unjustified'],
};

export const emergencyAccessFeature = {
  deciders: [emergencyAccessDecider],
  projections: [glasses],
  processes: [],
  permissions: { BreakGlass: BREAKERS, ReviewGlass: GLASS_REVIEWERS },
  views: { 'break-glass': ['紧急查阅登记', 'Register of broken glasses'] },
  stages: { 'glass.status': STATUS_WORDS },
} satisfies Feature;

/** What an account has opened for itself, as of an instant. Only a holder of a breaking post has anything open. */
export const openGlasses = async (
  models: ReadModels,
  account: string,
  { posts, at }: { readonly posts: readonly Post[]; readonly at: string },
): Promise<readonly GlassSheet[]> => {
  if (!posts.some(({ role }) => BREAKERS.includes(role))) return [];
  const { items } = await models.find<GlassSheet>(glasses.name, {
    where: { account, until: { from: at } },
    limit: 100,
  });
  return items.filter(({ until }) => at < until);
};
