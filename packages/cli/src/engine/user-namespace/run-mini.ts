import { closeSync, openSync, readFileSync } from 'node:fs';
import { RuntimeError } from '@mini/contracts';
import type { Engine } from '../engine.js';
import { ownProgram } from './own-program.js';
import { runInNamespace } from './run-in-namespace.js';

/**
 * Has another `mini` do something as root of the user's namespace, whose messages are its own; returns what it prints. Rejects with
 * `RuntimeError` `namespace-failed` when it fails.
 */
export async function runMini(engine: Engine, words: readonly string[]): Promise<string> {
  const [readEnd, writeEnd] = engine.kernel.pipe();
  const nullFd = openSync('/dev/null', 'r');
  try {
    const argv = [...ownProgram(), ...words];
    const { exitCode } = await runInNamespace(engine, { argv, stdio: [nullFd, writeEnd, 2] });
    closeSync(writeEnd);
    if (exitCode === 0) return readFileSync(readEnd, 'utf8');
    throw new RuntimeError({
      code: 'namespace-failed',
      message: `failed to run "mini ${words.join(' ')}" in a user namespace: see above`,
    });
  } finally {
    closeSync(readEnd);
    closeSync(nullFd);
  }
}
