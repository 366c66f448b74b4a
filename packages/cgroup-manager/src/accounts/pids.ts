import type { Int64 } from '@mini/contracts';
import type { Read } from '../controller-reader.js';
import { limitIn, numberIn } from './number-in.js';

/** Processes and threads. */
export interface PidsAccounts {
  readonly current: Int64;
  /** `null`: unlimited. */
  readonly limit: Int64 | null;
}

export function readPids(read: Read): PidsAccounts {
  return { current: numberIn(read('pids.current')), limit: limitIn(read('pids.max')) };
}
