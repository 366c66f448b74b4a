import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeMonitorStatus, RuntimeError, reasonOf, sleepSync } from '@mini/contracts';
import type { Engine } from './engine.js';
import { findLostProcesses } from './lost-processes.js';

/** A monitor makes the file and fills it at once: this is for whoever looks in between. */
const LOOKS = 5;
const PAUSE_MS = 2;

/**
 * For a container that seems never to have run: throws `RuntimeError` `state-corrupt` when a status is there that cannot be
 * read, for then nobody knows. An empty one of which no process is left was never written.
 */
export function checkStatus(engine: Engine, id: string, directory: string): void {
  const path = join(directory, 'status');
  // Most have none, and an exception costs more than the question.
  if (statSync(path, { throwIfNoEntry: false }) === undefined) return;
  for (let look = 1; ; look++) {
    const problem = findProblem(path);
    if (problem === undefined) return;
    if (look < LOOKS) {
      sleepSync(PAUSE_MS);
      continue;
    }
    if (problem === EMPTY && !hasProcesses(engine, id, directory)) return;
    throw new RuntimeError({
      code: 'state-corrupt',
      message: `failed to read status "${path}": ${problem}`,
      context: { path, hint: 'rm -f ends whatever runs in it, and removes it' },
    });
  }
}

const EMPTY = 'it is empty';

function findProblem(path: string): string | undefined {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : reasonOf(error);
  }
  if (bytes.length === 0) return EMPTY;
  try {
    decodeMonitorStatus(bytes);
    return undefined;
  } catch {
    return `its ${bytes.length} bytes are not the status of a container`;
  }
}

function hasProcesses(engine: Engine, id: string, directory: string): boolean {
  const { monitors, members } = findLostProcesses(engine, id, directory);
  return monitors.length + members.length > 0;
}
