import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedPaperFiles } from '@domain/paper/adapters/embedded-paper-files';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { fileDamage, type Damage, type LogVerification } from '@kernel/ledger';
import { storedLog } from '@kernel/ledger/adapters/embedded-verification';
import { checkDatabase, damageBy, FileClosed } from '@kernel/ledger/adapters/file-check';
import type { KeyStore } from '@kernel/privacy';
import { viewOf } from '@kernel/read-models';
import { EmbeddedReadModels } from '@kernel/read-models/adapters/embedded-read-models';
import { tablesOf, VIEWS_FILE } from '@kernel/read-models/adapters/views-file';
import type { Settings } from '../settings';
import { ledgerOf, verifyFolder, verifyLogOf, type LogScope } from './folder';
import { projections, type Kept } from './kept';
import { openKeys } from './keys';
import { verifyPlaces } from './households';
import { verifyLinks } from './links';
import { verifyPapers } from './papers';
import { standing } from './standing';
import { verifyViews } from './views';

export { verifyFolder } from './folder';
export { verifyKeys, verifyKeysOf } from './keys';
export { verifyReadsIn } from './reads';

export interface Scope extends Pick<LogScope, 'progress' | 'since'> {
  readonly keys: boolean;
  readonly views: boolean;
}

const LOG = 'log.db';
/** Fresh folds lie here while they are compared: beside what they hold, for they are as personal. */
const FRESH = 'verify.tmp';

/**
 * Verifies a system on engines, beside its processes: with keys also papers and links, and views against a fresh fold.
 */
export const verifySystem = async (kept: Kept, { keys, views, ...scope }: Scope): Promise<LogVerification> => {
  const log = await verifyLogOf(kept, { ...scope, ...(keys && { keys: kept.keys }) });
  const damages = [
    ...(views ? [...(await verifyViews(kept, kept.models)), ...(await verifyPlaces(kept))] : []),
    ...(keys ? await verifyPapers(kept) : []),
    ...(keys && log.sound ? await verifyLinks(kept) : []),
  ];
  return withMore(log, damages);
};

/**
 * The same of a folder on which no system runs, whatever is wrong with it: opens what it looks at, and for reading.
 * @throws StoreUnavailable while a system runs on it; NotACheckpoint; FileClosed
 */
export const verifyStanding = (settings: Settings, scope: Scope): Promise<LogVerification> =>
  standing(settings, () => new Standing(settings, scope).run());

const withMore = (log: LogVerification, more: readonly Damage[]): LogVerification => {
  const damages = [...log.damages, ...more];
  return { ...log, sound: damages.length === 0, damages };
};

const endedBy = (name: string, error: unknown): readonly Damage[] => {
  try {
    return damageBy(name, error);
  } catch (unknown) {
    const words = unknown instanceof Error ? unknown.message : String(unknown);
    return [fileDamage(name, 'file', `it could not be examined to its end: ${words}`)];
  }
};

/** One after the other, each as far as it comes: what ends one is what it found. */
class Standing {
  readonly #damages: Damage[] = [];
  readonly #closed: FileClosed[] = [];
  readonly #opened: (() => Promise<void> | void)[] = [];

  constructor(
    private readonly settings: Settings,
    private readonly scope: Scope,
  ) {}

  async run(): Promise<LogVerification> {
    const { keys, views: _views, ...scope } = this.scope;
    try {
      const secrets = await this.#found('keys.db', () => this.#opening(openKeys(this.settings)));
      const log = await verifyFolder(this.settings, { ...scope, ...(keys && secrets && { keys: secrets }) });
      const kept = secrets && (await this.#found(LOG, () => this.#keptWith(secrets)));
      if (kept) await this.#beside(kept, log);
      return this.#verdict(log);
    } finally {
      for (const close of this.#opened.reverse()) await close();
    }
  }

  async #beside(kept: Kept, { sound }: LogVerification): Promise<void> {
    const { keys, views } = this.scope;
    if (views) await this.#add('views', () => verifyViews(kept, this.#fresh()));
    if (views) await this.#add('places', () => verifyPlaces(kept));
    if (keys) await this.#add('papers', () => verifyPapers(kept));
    if (keys && sound) await this.#add('links', () => verifyLinks(kept));
  }

  /** What could not be looked at is no damage; where nothing else is found there is nothing to say. */
  #verdict(log: LogVerification): LogVerification {
    const [closed] = this.#closed;
    const found = withMore(log, this.#damages);
    if (closed && found.sound) throw closed;
    return withMore(
      found,
      this.#closed.map(({ message }) => fileDamage('files', 'file', message)),
    );
  }

  /** Views that are damaged as a file are told of, and nothing is compared with them. */
  async #keptWith(keys: KeyStore): Promise<Kept | undefined> {
    const { settings } = this;
    const folder = settings.data;
    const faults = checkDatabase(join(folder, VIEWS_FILE), projections.map(viewOf).flatMap(tablesOf));
    this.#damages.push(...faults);
    if (faults.length > 0) return undefined;
    const store = this.#opening(EmbeddedEventStore.open({ folder, readonly: true }));
    const models = this.#opening(new EmbeddedReadModels(folder, { readonly: true }));
    const log = await storedLog({ folder, ...ledgerOf(settings) }, (id) => Promise.resolve(id));
    return { settings, log, store, keys, models, papers: new EmbeddedPaperFiles(join(folder, 'papers'), keys) };
  }

  #fresh(): EmbeddedReadModels {
    const folder = join(this.settings.data, FRESH);
    rmSync(folder, { recursive: true, force: true });
    this.#opened.push(() => {
      rmSync(folder, { recursive: true, force: true });
    });
    return this.#opening(new EmbeddedReadModels(folder));
  }

  #opening<T extends { close: () => Promise<void> }>(opened: T): T {
    this.#opened.push(() => opened.close());
    return opened;
  }

  async #add(name: string, examine: () => Promise<readonly Damage[]>): Promise<void> {
    this.#damages.push(...((await this.#found(name, examine)) ?? []));
  }

  async #found<T>(name: string, examine: () => T | Promise<T>): Promise<T | undefined> {
    try {
      return await examine();
    } catch (error) {
      if (error instanceof FileClosed) this.#closed.push(error);
      else this.#damages.push(...endedBy(name, error));
      return undefined;
    }
  }
}
