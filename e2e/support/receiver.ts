import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freshDirectory } from './roots.js';
import { waitFor } from './wait.js';

/** Why nobody can receive here; undefined when somebody can. */
export function whyNoReceiver(): string | undefined {
  return spawnSync('python3', ['--version']).status === 0 ? undefined : 'there is no python3';
}

/** Somebody who takes a descriptor at the other end of a unix socket. */
export class Receiver {
  #output = '';
  readonly #child: ChildProcess;

  private constructor(
    readonly socket: string,
    child: ChildProcess,
  ) {
    this.#child = child;
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
  }

  /** Runs `support/programs/receive-descriptor.py` for a terminal or for calls, with more words; it has a socket of its own. */
  static async listen(what: 'terminal' | 'calls', ...words: readonly string[]): Promise<Receiver> {
    const program = fileURLToPath(new URL('../../support/programs/receive-descriptor.py', import.meta.url));
    const socket = join(freshDirectory('receiver'), 'socket');
    const child = spawn('python3', [program, socket, what, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
    const receiver = new Receiver(socket, child);
    await waitFor(`somebody who receives ${what}`, () => receiver.#output.startsWith('ready\n'));
    return receiver;
  }

  /** What it has printed until now, after the word that it is ready. */
  get output(): string {
    return this.#output.slice('ready\n'.length);
  }

  type(text: string): void {
    this.#child.stdin!.write(text);
  }

  /** Waits for its end; all that it has printed. */
  async finish(): Promise<string> {
    if (this.#child.exitCode === null) await once(this.#child, 'close');
    return this.output;
  }

  stop(): void {
    this.#child.kill('SIGKILL');
  }
}
