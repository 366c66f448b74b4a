import { constants } from 'node:os';
import { usageError } from './oci-error.js';

const [FIRST_REAL_TIME, LAST_REAL_TIME] = [34, 64];

/** `9`, `KILL`, `SIGKILL`, `RTMIN+3` ▶ the number. Throws `RuntimeError` `usage`. Source: signal(7). */
export function parseSignal(text: string): number {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : numberOf(text.toUpperCase().replace(/^SIG/, ''));
  if (number === undefined || number > LAST_REAL_TIME) throw usageError(`unknown signal "${text}"`);
  return number;
}

function numberOf(name: string): number | undefined {
  const [, edge, sign, offset = '0'] = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name) ?? [];
  if (edge === undefined) return (constants.signals as Record<string, number>)[`SIG${name}`];
  const from = edge === 'MIN' ? FIRST_REAL_TIME : LAST_REAL_TIME;
  return from + (sign === '-' ? -Number(offset) : Number(offset));
}
