import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EmbeddedEventStore } from '@kernel/event-store/adapters/embedded-event-store';
import { SampleStream } from '@kernel/event-store/testing/sample-events';
import { bodyHash, bodyText, headHash, newUuid, ZERO_HASH } from '@kernel/format';
import { FolderLedgerFiles } from '../adapters/folder-ledger-files';
import { verifierKey } from '../note/signed-note';
import { Notary, type NotaryOptions } from '../notary';
import { SigningKeys } from '../signing-key';

/** A log on a folder of its own, that begins as every log does, with its ledger; for tests. */
export class SampleLog {
  readonly signing: SigningKeys;
  readonly origin: string;
  store: EmbeddedEventStore;
  #revision = -1;
  #h = ZERO_HASH;

  private constructor(
    readonly folder: string,
    readonly log: string,
  ) {
    this.signing = new SigningKeys(join(folder, 'keys'));
    this.origin = `test.example/${log}`;
    this.store = EmbeddedEventStore.open({ folder: join(folder, 'data') });
  }

  static async open(log = newUuid()): Promise<SampleLog> {
    const sample = new SampleLog(mkdtempSync(join(tmpdir(), 'jd-ledger-')), log);
    await sample.own('LogOpened', {
      format: 'jiandang/1',
      keys: [verifierKey(sample.origin, sample.signing.first())],
      origin: sample.origin,
      spec: 'ab'.repeat(32),
    });
    return sample;
  }

  get files(): FolderLedgerFiles {
    return new FolderLedgerFiles(join(this.folder, 'data/ledger'));
  }

  get state(): FolderLedgerFiles {
    return new FolderLedgerFiles(join(this.folder, 'keys'), 0o600);
  }

  notary(options: Partial<NotaryOptions> = {}): Notary {
    return new Notary({
      store: this.store,
      files: this.files,
      state: this.state,
      log: this.log,
      keys: this.signing,
      gather: 20,
      command: async (type, data) => ({
        revision: await this.own(
          type === 'SealHeads' ? 'HeadsSealed' : 'SigningKeyRotated',
          data as Record<string, string>,
        ),
      }),
      ...options,
    });
  }

  /** Appends `count` events of a new stream, `each` in one append. Answers the stream's name. */
  async stream(count = 1): Promise<string> {
    const sample = new SampleStream(this.log);
    for (let left = count; left > 0; left -= 500)
      await this.store.append(sample.stream, sample.revision, sample.next(Math.min(left, 500)));
    return sample.stream;
  }

  /** Appends an event of the log about itself. */
  async own(type: string, data: Readonly<Record<string, string | number | readonly string[]>>): Promise<number> {
    this.#revision += 1;
    const stream = `ledger-${this.log}`;
    const id = newUuid();
    const body = bodyText(data, []);
    const meta = {
      env: '1',
      schema: '1',
      cmd: newUuid(),
      actor: 'system:log',
      auth: 'none',
      area: '000000000000',
      via: 'process',
      recordedAt: '2026-11-23T08:00:00.000Z',
      prev: this.#h,
    };
    this.#h = headHash({ log: this.log, stream, revision: this.#revision, id, type, meta, body: bodyHash(body) });
    const event = { stream, revision: this.#revision, id, type, meta: { ...meta, h: this.#h }, body, boxes: [] };
    await this.store.append(stream, this.#revision - 1, [event]);
    return this.#revision;
  }

  /** Closes the store, lets something happen to its files, opens it again. */
  async reopen(meanwhile: () => void): Promise<void> {
    await this.store.close();
    meanwhile();
    this.store = EmbeddedEventStore.open({ folder: join(this.folder, 'data') });
  }
}
