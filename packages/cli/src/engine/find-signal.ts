import { constants } from 'node:os';

/** Numbers of the first and last real-time signal as programs see them: libc keeps 32 and 33 to itself. */
const RTMIN = 34;
const RTMAX = 64;

/** A signal by number or by name, with or without `SIG`, `RTMIN+n` and `RTMAX-n` too; `undefined` when there is none. */
export function findSignal(value: string): number | undefined {
  const name = value.toUpperCase().replace(/^SIG/, '');
  const realtime = /^RT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name);
  let number = (constants.signals as Record<string, number>)[`SIG${name}`] ?? Number.NaN;
  if (/^\d{1,2}$/.test(value)) number = Number(value);
  if (realtime !== null) {
    const distance = Number(realtime[3] ?? 0) * (realtime[2] === '-' ? -1 : 1);
    number = (realtime[1] === 'MIN' ? RTMIN : RTMAX) + distance;
    if (number < RTMIN) number = Number.NaN;
  }
  return number >= 1 && number <= RTMAX ? number : undefined;
}
