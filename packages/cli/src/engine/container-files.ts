import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RESTART_POLICY } from '@mini/contracts';
import type { RestartPolicy } from './run-options.js';

/** In a container's directory: whoever asks the container to stop leaves it, so that its monitor does not start it again. */
export const STOP_FILE = 'stop';
/** Beside it: another policy than the one the monitor was started with. */
export const RESTART_FILE = 'restart';

/** And this one: one that was to be removed at its end is not, for it is started again. */
export const KEEP_FILE = 'keep';

/** To be called before the signal. */
export function askToStayDown(directory: string): void {
  writeFileSync(join(directory, STOP_FILE), '', { mode: 0o600 });
}

export function wasAskedToStop(directory: string): boolean {
  return existsSync(join(directory, STOP_FILE));
}

/** To be called before it is stopped. */
export function keepAtEnd(directory: string): void {
  writeFileSync(join(directory, KEEP_FILE), '', { mode: 0o600 });
}

/** Two words, as in the monitor's record. */
export function writeRestartPolicy(directory: string, { policy, most }: RestartPolicy): void {
  const words = BigInt64Array.of(BigInt(RESTART_POLICY[policy]), BigInt(most));
  writeFileSync(join(directory, RESTART_FILE), new Uint8Array(words.buffer), { mode: 0o600 });
}
