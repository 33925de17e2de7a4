import { significant } from '@kernel/sourcing';

export const ROLES = [
  'village',
  'township',
  'county',
  'helper',
  'leading-group',
  'sector',
  'archivist',
  'inspector',
  'dispute-handler',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

export interface Post {
  readonly post: string;
  readonly role: Role;
  readonly area: string;
  readonly org?: string;
  readonly from: string;
  readonly to?: string;
  /** Only these households of the area, and no list of others. */
  readonly households?: readonly string[];
}

export const inForce = ({ from, to }: Post, on: string): boolean => from <= on && (to === undefined || on < to);

/** A county's code covers its townships and villages. */
export const covers = (post: string, area: string): boolean => area.startsWith(significant(post));
