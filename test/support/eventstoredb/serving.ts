import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The double in a process of its own, which can be killed and started again over the same log. */
export class ServedDouble {
  #child: ChildProcess | undefined;
  address = '';

  constructor(private readonly file: string) {}

  async start(): Promise<void> {
    const port = /:(\d+)\?/.exec(this.address)?.[1] ?? '0';
    const child = spawn(process.execPath, [join(__dirname, 'serve.cjs'), '--port', port, '--file', this.file], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#child = child;
    const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    this.address = line;
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (child?.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  }

  /** Stops it without ending it, as a machine that hangs. */
  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }
}
