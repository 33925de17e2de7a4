import { Authorizer, Forbidden, type Authority, type Commands } from '@kernel/commanding';
import { defineRejections, localDate, type CommandMeta } from '@kernel/sourcing';
import { isIndependent, type AccountState } from './account';
import { covers, inForce, type Post } from './post';

defineRejections({
  'access/not-permitted': {
    zh: ['您的岗位无权办理 {command}', '请由具备该权限的岗位办理'],
    en: ['None of your posts may do {command}', 'Let somebody whose post may do it'],
  },
  'access/outside-area': {
    zh: ['{area} 不在您的岗位辖区内', '请由辖区内的工作人员办理'],
    en: ['{area} lies outside the area of your post', 'Let an official of that area do it'],
  },
  'access/no-post': {
    zh: ['您目前没有在任岗位', '请管理员任命岗位'],
    en: ['You hold no post today', 'Ask the administrator for an appointment'],
  },
});

/** Posts for a time that something else than an appointment gives to an account. */
export abstract class Grants {
  abstract of(account: string): Promise<readonly Post[]>;
}

const none: Grants = { of: () => Promise.resolve([]) };

/**
 * The posts of an open account on the day of an instant; grants count only for whoever holds no post of the inspected
 * side.
 */
export const postsAt = async (
  { status, posts }: AccountState,
  { at, account }: { readonly at: string; readonly account: string },
  grants: Grants = none,
): Promise<readonly Post[]> => {
  if (status !== 'open') return [];
  const own = posts.filter((post) => inForce(post, localDate(at)));
  if (!isIndependent(own)) return own;
  return [...own, ...(await grants.of(account)).filter((post) => inForce(post, localDate(at)))];
};

/** Default deny: an act needs a post in force today, whose role lists the command and whose area covers the act's. */
export class PostAuthorizer extends Authorizer {
  constructor(
    private readonly commands: Commands,
    private readonly permissions: Readonly<Record<string, readonly string[]>>,
    private readonly grants: Grants = none,
  ) {
    super();
  }

  async authorize(issued: CommandMeta, command: string, area: string): Promise<Authority> {
    if (isSystem(issued)) return systemMay(this.#roles(command), command);
    const permitted = await this.#permitted(issued, command);
    const found = permitted.find((post) => covers(post.area, area) || area === '000000000000');
    if (!found) throw new Forbidden('access/outside-area', { area });
    return authorityOf(found);
  }

  async permit(issued: CommandMeta, command: string): Promise<void> {
    if (isSystem(issued)) systemMay(this.#roles(command), command);
    else await this.#permitted(issued, command);
  }

  #roles(command: string): readonly string[] {
    return this.permissions[command] ?? [];
  }

  /** Posts of the actor whose role lists the command. @throws Forbidden when there is none */
  async #permitted(issued: CommandMeta, command: string): Promise<readonly Post[]> {
    const { state } = await this.commands.state<AccountState>('account', issued.actor);
    const posts = await postsAt(state, { at: issued.at, account: issued.actor }, this.grants);
    if (posts.length === 0) throw new Forbidden('access/no-post');
    const roles = this.#roles(command);
    const permitted = posts.filter(({ post, role }) => roles.includes(role) && (issued.post ?? post) === post);
    if (permitted.length === 0) throw new Forbidden('access/not-permitted', { command });
    return permitted;
  }
}

const isSystem = ({ actor }: CommandMeta): boolean => actor.startsWith('system:');

const systemMay = (roles: readonly string[], command: string): Authority => {
  if (!roles.includes('system')) throw new Forbidden('access/not-permitted', { command });
  return {};
};

const authorityOf = ({ post, role, org, area, to }: Post): Authority => ({
  post,
  role,
  ...(org !== undefined && { org }),
  holds: { area, ...(to !== undefined && { to }) },
});
