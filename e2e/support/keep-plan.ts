import { chmodSync, copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodePlan, type Plan } from '@mini/contracts';
import { execa } from 'execa';
import { compileProgram } from './compile-program.js';
import { copyInstallation } from './installation.js';
import { freshDirectory } from './roots.js';

/** A mini whose init helper keeps what it is given, and is otherwise the real one. */
export interface Keeper {
  readonly mini: string;
  /** Runs mini with these words and returns the Plan that the helper has received. */
  run(words: readonly string[], wrapper?: readonly string[], env?: Record<string, string>): Promise<Kept>;
  /** What `mini` with these words, among them `--explain`, writes to stdout. */
  explain(
    words: readonly string[],
    wrapper?: readonly string[],
    env?: Record<string, string>,
  ): Promise<string>;
}

export interface Kept {
  readonly exitCode: number | undefined;
  readonly stderr: string;
  readonly plan: Plan;
}

/** Puts `keep-plan` in the place of the helper of a copied installation. */
export function installKeeper(): Keeper {
  const { mini, file, directory } = copyInstallation();
  chmodSync(directory, 0o755);
  const kept = join(freshDirectory('plan'), 'plan.bin');
  chmodSync(join(kept, '..'), 0o777);
  const helper = file('init-helper/dist/bin/mini-init');
  const real = `${helper}-real`;
  renameSync(helper, real);
  copyFileSync(compileProgram('keep-plan', { KEPT: kept, HELPER: real }), helper);
  const execute = (words: readonly string[], wrapper: readonly string[] = [], env = {}) => {
    const [program = '', ...args] = [...wrapper, mini, ...words];
    return execa(program, args, { reject: false, stdin: 'ignore', env });
  };
  return {
    mini,
    explain: async (...call) => (await execute(...call)).stdout,
    async run(...call) {
      writeFileSync(kept, '');
      chmodSync(kept, 0o666);
      const { exitCode, stderr } = await execute(...call);
      return { exitCode, stderr, plan: decodePlan(new Uint8Array(readFileSync(kept))) };
    },
  };
}
