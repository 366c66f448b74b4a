import { copyFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { execa, type Options } from 'execa';
import { type MiniResult, STANDALONE } from './mini.js';
import { freshDirectory } from './roots.js';

export interface Installed {
  readonly directory: string;
  readonly mini: string;
  /** A link to the other. */
  readonly miniOci: string;
}

/** A copy of the executable, alone in a directory that a test may change. */
export function installStandalone(): Installed {
  const directory = freshDirectory('standalone');
  const [mini, miniOci] = [join(directory, 'mini'), join(directory, 'mini-oci')];
  copyFileSync(STANDALONE, mini);
  symlinkSync('mini', miniOci);
  return { directory, mini, miniOci };
}

/** Starts it with an empty environment: no PATH, no HOME. Its stdin is empty unless the options say otherwise. */
export function startAlone(file: string, args: readonly string[], options: Options = {}) {
  return execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    stdin: 'ignore',
    ...options,
    extendEnv: false,
    env: options.env ?? {},
  });
}

/** The same, until it ends. */
export async function runAlone(
  file: string,
  args: readonly string[],
  options: Options = {},
): Promise<MiniResult> {
  const { exitCode, stdout, stderr, signal } = await startAlone(file, args, options);
  return { exitCode: exitCode ?? -1, stdout: String(stdout ?? ''), stderr: String(stderr ?? ''), signal };
}
