import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { OutsideCopy, SealingStatus } from '@kernel/ledger';
import type { Lag } from '@kernel/read-models';
import { lastBackup, type LastBackup } from './backup-daily';
import { degradedOf, type Degraded } from './degraded';
import type { System } from './system';
import { lastVerification, type LastVerification } from './verification/nightly';

const NEVER_ANSWERED = -1;
const PATIENCE = 2000;
/** Seconds a view may lag before the system says that it is not ready. */
const LATE = 30;

export interface Readiness {
  readonly status: 'ready' | 'behind' | 'sealing-stopped' | 'log-damaged';
  readonly lag: readonly Lag[];
  readonly parked: number;
  /** What waits for the operator while recording and reading go on. */
  readonly degraded: readonly Degraded[];
  /** How sealing goes, where this process does it, and the newest checkpoint that somebody outside holds. */
  readonly ledger: Partial<SealingStatus> & { readonly outside: OutsideCopy | 'nobody' };
  /** What the last verification of the log found. */
  readonly verified: LastVerification | 'never';
  /** When the newest scheduled backup was whole; `off` where none is scheduled. */
  readonly backup: LastBackup | 'never' | 'off';
}

/**
 * Ready: every view is caught up, give or take half a minute. Sealing that has stopped is said, and refuses nobody's
 * work.
 */
export const readinessOf = async (system: System): Promise<Readiness> => {
  const { projector, notary } = system;
  const lag = await projector.lag();
  const parked = (await projector.parked()).length;
  const sealing = notary.hosts ? await notary.sealer.status() : undefined;
  const outside = (await notary.witnessing.newest()) ?? 'nobody';
  const verified = (await lastVerification(system)) ?? 'never';
  const intact = verified === 'never' || verified.sound ? 'ready' : 'log-damaged';
  const goesOn = sealing?.stopped ? 'sealing-stopped' : intact;
  const status = lag.every(({ seconds }) => seconds < LATE) ? goesOn : 'behind';
  const [degraded, backup] = [await degradedOf(system), lastBackup(system.settings)];
  return { status, lag, parked, degraded, ledger: { ...sealing, outside }, verified, backup };
};

/** Measures of one process, in the text format of Prometheus. */
export class Metrics {
  readonly #registry = new Registry();
  readonly requests: Histogram;
  readonly #gauge: (name: string, help: string, labels?: readonly string[]) => Gauge;

  constructor(private readonly system: System) {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.requests = new Histogram({
      name: 'jiandang_http_request_seconds',
      help: 'Duration of requests',
      labelNames: ['method', 'route', 'status'],
      registers,
    });
    const gauges = new Map<string, Gauge>();
    this.#gauge = (name, help, labels = []) => {
      const known = gauges.get(name) ?? new Gauge({ name, help, labelNames: [...labels], registers });
      gauges.set(name, known);
      return known;
    };
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    await Promise.all([
      this.#within('views', this.#views()),
      this.#within('jobs', this.#jobs()),
      this.#within('ledger', this.#ledger()),
      this.#within('verification', this.#verification()),
      this.#within('backup', this.#backup()),
    ]);
    return this.#registry.metrics();
  }

  async #views(): Promise<void> {
    const events = this.#gauge('jiandang_projection_lag_events', 'Events not folded yet', ['view']);
    const age = this.#gauge('jiandang_projection_lag_seconds', 'Age of the oldest event not folded yet', ['view']);
    const lag = await this.system.projector.lag();
    for (const { view, events: count, seconds } of lag) {
      events.set({ view }, count);
      age.set({ view }, seconds);
    }
    const parked = this.#gauge('jiandang_projection_parked', 'Documents that wait for help');
    parked.set((await this.system.projector.parked()).length);
    const effects = this.#gauge('jiandang_effects_parked', 'Effects that cannot be carried out and wait for help');
    effects.set((await this.system.processes.parked()).length);
  }

  async #jobs(): Promise<void> {
    const gauge = this.#gauge('jiandang_jobs', 'Jobs by status; failed ones wait for help', ['status']);
    for (const [status, count] of Object.entries(await this.system.jobs.counts())) gauge.set({ status }, Number(count));
  }

  async #ledger(): Promise<void> {
    const newest = await this.system.ledger.newest();
    this.#gauge('jiandang_ledger_sealed_entries', 'Entries under the newest checkpoint').set(newest?.size ?? 0);
    const outside = await this.system.notary.witnessing.newest();
    this.#gauge(
      'jiandang_ledger_outside_entries',
      'Entries under the newest checkpoint that somebody outside holds',
    ).set(outside?.size ?? 0);
    this.#gauge('jiandang_ledger_outside_age_seconds', 'Age of the newest outside copy; -1 when there is none').set(
      outside ? ageOf(outside.at) : NEVER_ANSWERED,
    );
    if (!this.system.notary.hosts) return;
    const { lagEvents, lagSeconds, state, signedAt } = await this.system.notary.sealer.status();
    this.#gauge('jiandang_ledger_lag_events', 'Events that no checkpoint holds yet').set(lagEvents);
    this.#gauge('jiandang_ledger_lag_seconds', 'How long the first of them has waited').set(lagSeconds);
    this.#gauge('jiandang_ledger_sealing_stopped', '1 when nothing is signed any more: see /health/ready').set(
      state === 'stopped' ? 1 : 0,
    );
    this.#gauge(
      'jiandang_ledger_checkpoint_age_seconds',
      'Time since this process last signed; -1 when it has not',
    ).set(signedAt === undefined ? NEVER_ANSWERED : ageOf(signedAt));
  }

  async #verification(): Promise<void> {
    const last = await lastVerification(this.system);
    this.#gauge(
      'jiandang_log_damages',
      'Damaged places that the last verification of the log found; -1 when there was none',
    ).set(last?.damages ?? NEVER_ANSWERED);
    this.#gauge(
      'jiandang_log_verified_age_seconds',
      'Age of the last verification of the log; -1 when there was none',
    ).set(last ? ageOf(last.at) : NEVER_ANSWERED);
  }

  #backup(): Promise<void> {
    const last = lastBackup(this.system.settings);
    const age = typeof last === 'string' ? NEVER_ANSWERED : last.ageSeconds;
    this.#gauge('jiandang_backup_age_seconds', 'Age of the newest scheduled backup; -1 when there is none').set(age);
    return Promise.resolve();
  }

  /** A store that does not answer is said so, and does not keep the other measures back. */
  async #within(source: string, measured: Promise<void>): Promise<void> {
    const up = this.#gauge('jiandang_source_up', 'The store behind a measure answers', ['source']);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<number>((resolve) => {
      timer = setTimeout(() => {
        resolve(NEVER_ANSWERED);
      }, PATIENCE);
    });
    const answer = await Promise.race([
      measured.then(
        () => 1,
        () => 0,
      ),
      late,
    ]);
    clearTimeout(timer);
    up.set({ source }, answer === 1 ? 1 : 0);
  }
}

const ageOf = (at: string): number => (Date.now() - Date.parse(at)) / 1000;
