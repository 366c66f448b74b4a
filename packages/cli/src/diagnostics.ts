import { isRuntimeError, reasonOf } from '@mini/contracts';

/** From the chattiest to the gravest. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
export const LOG_FORMATS = ['text', 'json'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What mini says about itself; the container's output never goes through it. */
export interface Diagnostics {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  /** The sentence of what was thrown, its hint and what failed while cleaning up. */
  error(thrown: unknown): void;
}

export interface DiagnosticsOptions {
  readonly level?: LogLevel;
  readonly format?: LogFormat;
  /** Takes whole lines. */
  readonly write: (text: string) => void;
  readonly now?: () => Date;
}

/**
 * A logger. Text: the message, an error's hint on a second line `hint: …`. JSON: one object a line,
 * `{"level", "msg", "time"}`, of an error also `code` and `hint`.
 */
export function createDiagnostics(options: DiagnosticsOptions): Diagnostics {
  const { level = 'warn', format = 'text', write, now = () => new Date() } = options;
  const least = LOG_LEVELS.indexOf(level);
  const say = (
    of: LogLevel,
    msg: string,
    more: Record<string, unknown> = {},
    extra: readonly string[] = [],
  ) => {
    if (LOG_LEVELS.indexOf(of) < least) return;
    const time = format === 'json' ? now().toISOString() : '';
    const json = () => JSON.stringify({ level: of, msg, time, ...more });
    write(format === 'json' ? `${json()}\n` : `${[msg, ...extra].join('\n')}\n`);
  };
  return {
    debug: (message) => say('debug', message),
    info: (message) => say('info', message),
    warn: (message) => say('warn', message),
    error: (thrown) => {
      const { message, code, hint, cleanup } = describeThrown(thrown);
      const extra = [
        ...cleanup.map((line) => `also: ${line}`),
        ...(hint === undefined ? [] : [`hint: ${hint}`]),
      ];
      say('error', message, { code, hint, ...(cleanup.length > 0 ? { cleanup } : {}) }, extra);
    },
  };
}

interface Described {
  readonly message: string;
  readonly code?: string;
  readonly hint?: string | undefined;
  readonly cleanup: readonly string[];
}

/** What a machine can run out of: then any call may fail, also where nobody has a sentence for it. */
const SCARCE = new Set(['EMFILE', 'ENFILE', 'ENOSPC', 'EDQUOT', 'ENOMEM']);

/** A `RuntimeError` speaks for itself; anything else is a bug of mini and keeps its stack. */
function describeThrown(thrown: unknown): Described {
  if (isRuntimeError(thrown)) {
    const { hint, cleanup = [] } = thrown.context;
    return {
      message: thrown.message,
      code: thrown.code,
      hint,
      cleanup: cleanup.map(({ message }) => message),
    };
  }
  const { code = '', syscall, path } = thrown as NodeJS.ErrnoException;
  if (SCARCE.has(code)) {
    const what = [syscall, ...(path === undefined ? [] : [JSON.stringify(path)])].join(' ');
    return { message: `failed to ${what}: ${reasonOf(thrown)}`, code: 'scarcity', cleanup: [] };
  }
  const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return { message: `failed to go on: this is a bug in mini: ${detail}`, code: 'bug', cleanup: [] };
}
