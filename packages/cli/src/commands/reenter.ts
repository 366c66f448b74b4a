import { constants } from 'node:os';
import { openEngine } from '../engine/engine.js';
import type { NamespacePlace } from '../engine/user-namespace/enter-namespace.js';
import { ownProgram } from '../engine/user-namespace/own-program.js';
import { runInNamespace } from '../engine/user-namespace/run-in-namespace.js';

/** Added to the number of the signal that ended a command. */
const SIGNALED = 128;

/** Runs a whole command line of mini once more, as root of the user's namespace; returns its exit code. */
export async function reenter(place: NamespacePlace, words: readonly string[]): Promise<number> {
  const engine = openEngine();
  const { exitCode, signal } = await runInNamespace(engine, { argv: [...ownProgram(), ...words], ...place });
  return exitCode ?? SIGNALED + constants.signals[signal!];
}
