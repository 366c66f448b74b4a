import { constants } from 'node:os';
import { usageError } from './oci-error.js';

const [FIRST_REAL_TIME, LAST_REAL_TIME] = [34, 64];

/** Other names of signal(7), which Node's table lacks. */
const SYNONYMS: Readonly<Record<string, NodeJS.Signals>> = { CLD: 'SIGCHLD', UNUSED: 'SIGSYS' };

/** `9`, `KILL`, `SIGKILL`, `RTMIN+3` ▶ the number; an empty word is TERM, as for runc and crun. Throws `RuntimeError` `usage`. Source: signal(7). */
export function parseSignal(text: string): number {
  if (text === '') return constants.signals.SIGTERM;
  const number = /^\d{1,3}$/.test(text) ? Number(text) : numberOf(text.toUpperCase().replace(/^SIG/, ''));
  if (number === undefined || number > LAST_REAL_TIME) throw usageError(`unknown signal "${text}"`);
  return number;
}

function numberOf(name: string): number | undefined {
  const [, edge, sign, offset = '0'] = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name) ?? [];
  if (edge === undefined)
    return (constants.signals as Record<string, number>)[SYNONYMS[name] ?? `SIG${name}`];
  const from = edge === 'MIN' ? FIRST_REAL_TIME : LAST_REAL_TIME;
  return from + (sign === '-' ? -Number(offset) : Number(offset));
}
