import type { MongoClient } from 'mongodb';

/** Looks that the driver may miss before it is believed stuck. */
const MISSED = 3;

/**
 * Connects a client anew whose driver has stopped looking at a server. Its monitor waits for ever when a line breaks in
 * the moment in which it writes (mongodb 7.9: `drain` of a socket that is destroyed), and then no server is ever
 * selected again.
 */
export class HeartbeatWatch {
  readonly #heard = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  readonly #silence: number;
  #ticked = performance.now();
  #connecting: Promise<void> | undefined;
  #broken = false;

  constructor(
    private readonly client: MongoClient,
    heartbeat: number,
  ) {
    this.#silence = MISSED * heartbeat;
    const hear = ({ connectionId }: { readonly connectionId: string }): void => {
      this.#heard.set(connectionId, performance.now());
    };
    client.on('serverHeartbeatStarted', hear).on('serverHeartbeatSucceeded', hear).on('serverHeartbeatFailed', hear);
    client.on('serverClosed', ({ address }) => this.#heard.delete(address));
    this.#timer = setInterval(() => {
      this.#tick();
    }, heartbeat);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#connecting;
  }

  #tick(): void {
    const now = performance.now();
    // A process that was frozen has heard nothing either.
    if (now - this.#ticked > this.#silence) for (const address of this.#heard.keys()) this.#heard.set(address, now);
    this.#ticked = now;
    const isStuck = [...this.#heard.values()].some((heard) => now - heard > this.#silence);
    if (this.#broken || isStuck) this.#connecting ??= this.#connectAnew();
  }

  async #connectAnew(): Promise<void> {
    this.#broken = true;
    try {
      await this.client.close();
      this.#heard.clear();
      await this.client.connect();
      this.#broken = false;
    } catch {
      // Still away: the next look tries again, and whoever needs the server is told so meanwhile.
    } finally {
      this.#connecting = undefined;
    }
  }
}
