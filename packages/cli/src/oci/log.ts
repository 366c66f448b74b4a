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

  debug(message: string): void {
    if (!this.#options.debug) return;
    if (this.#options.path === undefined) this.#options.writeError(`${message}\n`);
    else this.#append('debug', message);
  }

  /** In the log alone where there is one: stderr may be the container's already. */
  warn(message: string): void {
    if (this.#options.path === undefined) this.#options.writeError(`${message}\n`);
    else this.#append('warning', message);
  }

  /** The sentence, its hint, and what failed in cleaning up; a fault of our own with its stack. */
  error(error: unknown): void {
    const lines = describeError(error);
    this.#append('error', lines.join('; '));
    this.#options.writeError(`${lines.join('\n')}\n`);
  }

  /** A log that cannot be written must not keep a container from being deleted. */
  #append(level: LogLevel, message: string): void {
    const { path, format } = this.#options;
    if (path === undefined) return;
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    const line =
      format === 'json'
        ? JSON.stringify({ level, msg: message, time })
        : `time="${time}" level=${level} msg=${JSON.stringify(message)}`;
    try {
      appendFileSync(path, `${line}\n`, { mode: 0o600 });
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
