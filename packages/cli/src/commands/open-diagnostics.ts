import {
  createDiagnostics,
  type Diagnostics,
  LOG_FORMATS,
  LOG_LEVELS,
  type LogFormat,
  type LogLevel,
} from '../diagnostics.js';
import type { CommandIo } from './command.js';
import type { Flag } from './command-line/read-words.js';

/** The logger that the flags ask for. A bad value is passed over: it is reported with the other flags, by this logger. */
export function openDiagnostics(flags: readonly Flag[], io: Pick<CommandIo, 'writeError'>): Diagnostics {
  const level = lastValue(flags, 'log-level') as LogLevel;
  const format = lastValue(flags, 'log-format') as LogFormat;
  return createDiagnostics({
    write: (text) => io.writeError(text),
    ...(LOG_LEVELS.includes(level) ? { level } : {}),
    ...(LOG_FORMATS.includes(format) ? { format } : {}),
  });
}

function lastValue(flags: readonly Flag[], name: string): string | undefined {
  return flags.findLast(({ option }) => option.name === name)?.value;
}
