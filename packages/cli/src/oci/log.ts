import { appendFileSync } from 'node:fs';
import { isRuntimeError, reasonOf } from '@mini/contracts';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

export interface LogOptions {
  /** Lines are appended to it; stderr alone when it is absent. */
  readonly path: string | undefined;
  readonly format: 'text' | 'json';
  readonly debug: boolean;
  writeError(text: string): void;
}

/**
 * What callers learn of us: lines in a file that they name, in the format that runc's logger writes, and on stderr the
 * plain sentences.
 */
export class Log {
  readonly #options: LogOptions;

  constructor(options: LogOptions) {
    this.#options = options;
  }

  /** Makes the file, which callers read whether there was something to say or not. */
  open(): void {
    if (this.#options.path === undefined) return;
    try {
      appendFileSync(this.#options.path, '', { mode: 0o600 });
    } catch {
      // Said when there is something to write.
    }
  }

  debug(message: string): void {
    if (!this.#options.debug) return;
    if (this.#options.path === undefined) this.#options.writeError(`${this.#format('debug', message)}\n`);
    else this.#append('debug', message);
  }

  /** In the log alone where there is one: stderr may be the container's already. */
  warn(message: string): void {
    if (this.#options.path === undefined) this.#options.writeError(`${message}\n`);
    else this.#append('warning', message);
  }

  /**
   * The sentence, its hint, and what failed in cleaning up; a fault of our own with its stack. Who asks for JSON and names
   * no file gets it on stderr.
   */
  error(error: unknown): void {
    const lines = describeError(error);
    const { path, format, writeError } = this.#options;
    if (path === undefined && format === 'json') {
      writeError(`${this.#format('error', lines.join('; '))}\n`);
      return;
    }
    this.#append('error', lines.join('; '));
    writeError(`${lines.join('\n')}\n`);
  }

  #format(level: LogLevel, message: string): string {
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    return this.#options.format === 'json'
      ? JSON.stringify({ level, msg: message, time })
      : `time="${time}" level=${level} msg=${JSON.stringify(message)}`;
  }

  /** A log that cannot be written must not keep a container from being deleted. */
  #append(level: LogLevel, message: string): void {
    const { path } = this.#options;
    if (path === undefined) return;
    try {
      appendFileSync(path, `${this.#format(level, message)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#options.writeError(`failed to write the log "${path}": ${reasonOf(error)}\n`);
    }
  }
}

function describeError(error: unknown): string[] {
  if (!isRuntimeError(error))
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  const { hint, cleanup = [] } = error.context;
  return [
    error.message,
    ...cleanup.map((failure) => `while cleaning up: ${failure.message}`),
    ...(hint === undefined ? [] : [`hint: ${hint}`]),
  ];
}
