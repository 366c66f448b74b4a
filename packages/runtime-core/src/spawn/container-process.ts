import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import type { Readable, Writable } from 'node:stream';
import { type ExitStatus, RuntimeError } from '@mini/contracts';
import type { StartedProcess } from '../start/start-process.js';
import type { SpawnResult } from './spawn-options.js';

/** The parts that `spawn` and `execIn` put a process together from. */
export interface ProcessParts<Result> {
  readonly process: Pick<StartedProcess, 'pid' | 'sendSignal'>;
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  readonly started: Promise<void>;
  readonly exited: Promise<Result>;
}

/**
 * A process in a container, shaped like `ChildProcess`. Events: `spawn`, then `exit` with exit code and
 * signal; or `error` when the command could not be run.
 */
export class ContainerProcess<Result extends ExitStatus = SpawnResult> extends EventEmitter {
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Resolves once the command has been executed; rejects with a `RuntimeError` that names what failed. */
  readonly started: Promise<void>;
  /** How it ended; rejects as `started` does. */
  readonly exited: Promise<Result>;
  exitCode: number | null = null;
  signalCode: NodeJS.Signals | null = null;
  readonly #process: ProcessParts<Result>['process'];

  constructor(parts: ProcessParts<Result>) {
    super();
    this.#process = parts.process;
    this.stdin = parts.stdin;
    this.stdout = parts.stdout;
    this.stderr = parts.stderr;
    this.started = parts.started;
    this.exited = parts.exited;
    this.started.then(
      () => this.emit('spawn'),
      () => undefined,
    );
    this.exited.then(
      (result) => this.#end(result),
      (error) => this.#fail(error),
    );
  }

  /** On this machine. Of a process made by `execIn` it is that of a helper until `started` resolves. */
  get pid(): number {
    return this.#process.pid;
  }

  /**
   * Sends a signal; `false` when the process has ended. A PID 1 without a handler ignores every signal but SIGKILL and
   * SIGSTOP. Throws `RuntimeError` `unknown-signal`.
   */
  kill(signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
    return this.#process.sendSignal(signalNumber(signal));
  }

  #end({ exitCode, signal }: Result): void {
    this.exitCode = exitCode;
    this.signalCode = signal;
    this.emit('exit', exitCode, signal);
    this.#releaseStreams();
  }

  #fail(error: unknown): void {
    if (this.listenerCount('error') > 0) this.emit('error', error);
    this.#releaseStreams();
  }

  /** As ChildProcess does: nobody is there to be written to, and what nobody reads must not hold its descriptor. */
  #releaseStreams(): void {
    this.stdin?.destroy();
    for (const stream of [this.stdout, this.stderr]) {
      if (stream?.readableFlowing === null && stream.listenerCount('readable') === 0) stream.resume();
    }
  }
}

/** The number of a signal by its name or number, 0 (which only asks) to 64. Throws `RuntimeError` `unknown-signal`. */
export function signalNumber(signal: NodeJS.Signals | number): number {
  if (isSignal(signal)) return typeof signal === 'number' ? signal : constants.signals[signal];
  throw new RuntimeError({
    code: 'unknown-signal',
    message: `failed to send the signal "${signal}": there is no such signal`,
  });
}

/** Whether this machine has the signal, by its name or number. */
export function isSignal(signal: NodeJS.Signals | number): boolean {
  const number = typeof signal === 'number' ? signal : constants.signals[signal];
  return Number.isInteger(number) && number >= 0 && number <= 64;
}
