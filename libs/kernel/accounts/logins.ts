import { setTimeout as sleep } from 'node:timers/promises';
import type { Beside, CommandReceipt, Commands, Decided } from '@kernel/commanding';
import { isUnavailable } from '@kernel/engines';
import type { EventStore, StoredEvent } from '@kernel/event-store';
import { defineRejections, Erased, localDate, type OpenedFact } from '@kernel/sourcing';
import type { AccountState } from './account';
import type { AccountOpened } from './account.events';
import { countyAdministration } from './administering';
import { inForce } from './post';
import type { Sessions } from './sessions';
import { loginKey, type Claim, type CredentialStore } from './credential-store';

const refuse = defineRejections({
  'account/login-taken': {
    zh: ['登录名 {login} 已经属于另一账号', '登录名一经使用永不再用;请另选登录名'],
    en: ['The login {login} belongs to another account', 'A login is never used again: choose another one'],
  },
  'account/login-not-own': {
    zh: ['该账号的登录名属于先开立的另一账号,不能凭此登录', '请停用该账号,另选登录名为其本人开立新账号'],
    en: [
      'The login of this account belongs to one that was opened before it: nobody signs in to this one',
      'Suspend it, and open an account with another login for its person',
    ],
  },
  'account/administrators-busy': {
    zh: ['另一项涉及县级管理员的办理正在进行', '请稍后再试'],
    en: ['Another act on an administrator of the county is under way', 'Try again in a moment'],
  },
  'account/administrator-changed': {
    zh: ['您的岗位刚刚被变更', '请刷新后核对您的岗位'],
    en: ['Your own post was changed a moment ago', 'Read again what your posts are'],
  },
});

export interface LoginsParts {
  readonly store: EventStore;
  readonly credentials: CredentialStore;
  readonly sessions: Pick<Sessions, 'endAll'>;
  readonly commands: () => Pick<Commands, 'state'>;
  /** Opens events of accounts, their identity included. */
  readonly open: (events: readonly StoredEvent[]) => Promise<readonly OpenedFact[]>;
  readonly now?: () => number;
}

/** Position up to which every opened account's login was claimed. */
const THROUGH = 'logins/through';
/** Holder of the keys of accounts whose login was another's already. */
const DOUBLED = 'doubled';
const doubledKey = (subject: string): string => `${DOUBLED}/${subject}`;
/** The turn of whoever takes a county's administrator away. */
const TURN = 'administrators';
/** Milliseconds after which a claim that led to nothing is what a killed process left behind. */
const FORSAKEN = 10 * 60_000;
const PATIENCE = 100;
const ENDING: readonly string[] = ['AccountSuspended', 'PostEnded', 'PasswordSet'];
const TAKING: readonly string[] = ['AccountSuspended', 'PostEnded'];

/**
 * What goes with the events of accounts outside the log: a login belongs to the account that opened with it first, for
 * ever; sessions end.
 */
export class Logins {
  readonly #now: () => number;

  constructor(private readonly parts: LoginsParts) {
    this.#now = parts.now ?? Date.now;
  }

  /** The name under which an account signs in; none when that name is another's. */
  async loginOf(subject: string): Promise<string | undefined> {
    const claims = await this.parts.credentials.claimsOf(subject);
    return claims
      .map(({ key }) => key)
      .find((key) => key.startsWith(loginKey('')))
      ?.slice(loginKey('').length);
  }

  /** The account that has a name. */
  async subjectOf(login: string): Promise<string | undefined> {
    return (await this.parts.credentials.claimed(loginKey(login)))?.holder;
  }

  /** Claims every login that the log knows and nobody has claimed, in the order of the log. */
  async verify(): Promise<void> {
    const { store, credentials } = this.parts;
    const head = await store.head();
    if (head === undefined) return;
    const mark = await credentials.claimed(THROUGH);
    const isAhead = mark !== undefined && store.comparePositions(mark.holder, head) > 0;
    const after = mark === undefined || isAhead ? {} : { after: mark.holder };
    for await (const page of store.readAll({ types: ['AccountOpened'], ...after }))
      for (const { meta, data } of await this.parts.open(page)) await this.#claimOpened(meta.subject, data);
    if (mark) await credentials.release(THROUGH, mark.holder);
    await credentials.claim({ key: THROUGH, holder: head, at: this.#now() });
  }

  /** Accounts that nobody can sign in to, because their login was another's already. */
  async doubled(): Promise<readonly string[]> {
    const claims = await this.parts.credentials.claimsOf(DOUBLED);
    return claims.map(({ key }) => key.slice(doubledKey('').length));
  }

  readonly beside: Beside = async (decided, append) => {
    if (decided.category !== 'account') return append();
    const opened = decided.facts.find(({ type }) => type === 'AccountOpened');
    if (opened) return this.#opening(decided.subject, (opened.data as AccountOpened).account as string, append);
    if (has(decided, ['PasswordSet']) && (await this.loginOf(decided.subject)) === undefined)
      throw refuse('account/login-not-own');
    const receipt = await (takesAdministrator(decided) ? this.#inTurn(decided, append) : append());
    if (has(decided, ENDING)) await this.parts.sessions.endAll(decided.subject);
    return receipt;
  };

  /** The name is claimed before the account is opened, and given back when it was not. */
  async #opening(subject: string, login: string, append: () => Promise<CommandReceipt>): Promise<CommandReceipt> {
    const { credentials } = this.parts;
    const key = loginKey(login);
    const claim = await this.#claim({ key, holder: subject, at: this.#now() }, login);
    if (claim.holder !== subject) throw refuse('account/login-taken', { login });
    try {
      return await append();
    } catch (error) {
      if (!isUnavailable(error) && !(await this.#stands(subject, login))) await credentials.release(key, subject);
      throw error;
    }
  }

  /** Whose it is; a claim that led to no account is taken over after a while. */
  async #claim(wanted: Claim, login: string, forsaken = this.#now() - FORSAKEN): Promise<Claim> {
    const { credentials } = this.parts;
    const claim = await credentials.claim(wanted);
    if (claim.holder === wanted.holder || claim.at > forsaken || (await this.#stands(claim.holder, login)))
      return claim;
    await credentials.release(claim.key, claim.holder);
    return credentials.claim(wanted);
  }

  async #claimOpened(subject: string, data: object): Promise<void> {
    const { account } = data as AccountOpened;
    if (account instanceof Erased) return;
    const claim = await this.#claim({ key: loginKey(account), holder: subject, at: this.#now() }, account, Infinity);
    if (claim.holder !== subject)
      await this.parts.credentials.claim({ key: doubledKey(subject), holder: DOUBLED, at: this.#now() });
  }

  /** The log holds an account that was opened with this login, or with one that was destroyed since. */
  async #stands(subject: string, login: string): Promise<boolean> {
    const [first] = await this.parts.open(await this.parts.store.read(`account-${subject}`, { limit: 1 }));
    if (first?.meta.type !== 'AccountOpened') return false;
    const { account } = first.data as AccountOpened;
    return account instanceof Erased || account === login;
  }

  /**
   * One at a time over all processes, by somebody whose own post is what it was: two who take away each other are not
   * both gone.
   */
  async #inTurn(decided: Decided, append: () => Promise<CommandReceipt>): Promise<CommandReceipt> {
    const { credentials } = this.parts;
    const holder = decided.issued.cmd;
    await this.#turn(holder);
    try {
      if (!(await this.#isAsDecided(decided))) throw refuse('account/administrator-changed');
      return await append();
    } finally {
      await credentials.release(TURN, holder);
    }
  }

  async #turn(holder: string): Promise<void> {
    const { credentials } = this.parts;
    for (let look = 0; look < PATIENCE; look++) {
      const claim = await credentials.claim({ key: TURN, holder, at: this.#now() });
      if (claim.holder === holder) return;
      if (claim.at < this.#now() - FORSAKEN) await credentials.release(TURN, claim.holder);
      else await sleep(20);
    }
    throw refuse('account/administrators-busy');
  }

  async #isAsDecided({ issued, authority }: Decided): Promise<boolean> {
    if (issued.actor.startsWith('system:')) return true;
    const { state } = await this.parts.commands().state<AccountState>('account', issued.actor);
    const post = state.posts.find((one) => one.post === authority.post);
    return (
      state.status === 'open' &&
      post !== undefined &&
      inForce(post, localDate(issued.at)) &&
      post.to === authority.holds?.to
    );
  }
}

const has = ({ facts }: Decided, types: readonly string[]): boolean => facts.some(({ type }) => types.includes(type));

const takesAdministrator = (decided: Decided): boolean =>
  has(decided, TAKING) &&
  countyAdministration((decided.state as AccountState).posts, localDate(decided.issued.at)).length > 0;
