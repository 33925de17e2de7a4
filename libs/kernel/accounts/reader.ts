import type { PersonalClass } from '@kernel/format';
import { localDate, type Reader } from '@kernel/sourcing';
import type { AccountState } from './account';
import { covers, inForce, type Post, type Role } from './post';

const ALL: readonly PersonalClass[] = ['identity', 'contact', 'finance', 'health', 'social', 'remark', 'paper'];

/** What each role sees opened, inside its area (design 10). */
const OPENED: Readonly<Record<Role, readonly PersonalClass[]>> = {
  village: ALL,
  township: ALL,
  county: ALL,
  helper: ['identity', 'contact', 'finance', 'health', 'social'],
  'leading-group': ['identity', 'finance', 'health', 'social', 'paper'],
  sector: ['identity'],
  archivist: ['identity', 'paper'],
  inspector: ALL,
  'dispute-handler': ALL,
  admin: [],
};

/** Roles that state a purpose with every reading. */
export const MUST_STATE_PURPOSE: readonly Role[] = ['inspector', 'dispute-handler'];

/** The posts in which an account may read today. */
export const readingPosts = ({ status, posts }: AccountState, at: string): readonly Post[] =>
  status === 'open' ? posts.filter((post) => inForce(post, localDate(at))) : [];

/** Whether a post reaches a record in an area; one for listed households reaches these alone. */
export const reaches = ({ area: own, households }: Post, area: string, household?: string): boolean =>
  covers(own, area) && (households === undefined || (household !== undefined && households.includes(household)));

/** Area prefixes that somebody may read in: nothing outside them is shown at all. */
export const readableAreas = (posts: readonly Post[]): readonly string[] =>
  posts.filter(({ role, households }) => role !== 'admin' && households === undefined).map(({ area }) => area);

/** Households that somebody may read beside those areas. */
export const readableHouseholds = (posts: readonly Post[]): readonly string[] =>
  posts.flatMap(({ households = [] }) => households);

/** What somebody in these posts sees of a record in an area; `undefined` = the record is nothing to them. */
export const readerOf = (
  posts: readonly Post[],
  area: string,
  { own = true, household }: { readonly own?: boolean; readonly household?: string } = {},
): Reader | undefined => {
  const here = posts.filter((post) => reaches(post, area, household) && (own || post.role !== 'helper'));
  if (here.length === 0) return undefined;
  const classes = new Set(here.flatMap(({ role }) => OPENED[role]));
  return { opens: (of) => classes.has(of), mask };
};

/** Nothing of a record is closed to this reader. */
export const opensAll = ({ opens }: Reader): boolean => ALL.every(opens);

/** `张**`, `433124****12`; what is no text has no mask and is left out. */
const mask = (value: unknown, of: PersonalClass, field: string): unknown => {
  if (of !== 'identity' || typeof value !== 'string') return undefined;
  if (/\d{6,}/.test(value)) return `${value.slice(0, 6)}${'*'.repeat(Math.max(value.length - 8, 1))}${value.slice(-2)}`;
  return field === 'name' || field === 'head' ? `${[...value][0] ?? ''}**` : undefined;
};
