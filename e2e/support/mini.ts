import { fileURLToPath } from 'node:url';
import { execa, type Options } from 'execa';

const CLI = '../../../packages/cli/dist/';

/** Whether the tests are to use the executable that needs no Node. */
export const IS_STANDALONE = process.env.MINI_STANDALONE === '1';

/** That executable, which `nx run cli:standalone` makes. */
export const STANDALONE = fileURLToPath(new URL(`${CLI}standalone/mini`, import.meta.url));

/** The command as users get it: the bundle that npx runs, unless the tests are to use the other. */
export const MINI = IS_STANDALONE
  ? STANDALONE
  : fileURLToPath(new URL(`${CLI}bin/mini.cjs`, import.meta.url));

export interface MiniResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly signal: string | undefined;
}

/** Runs `mini` with these words and waits for it; a failing exit code is a result, not an error. */
export async function mini(args: readonly string[], options: Options = {}): Promise<MiniResult> {
  const result = await startMini(args, options);
  return {
    exitCode: result.exitCode ?? -1,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    signal: result.signal,
  };
}

/**
 * Starts `mini` without waiting: the execa subprocess. Its stdin is closed unless the options say otherwise. `wrapper` are
 * words of a program that executes what stands behind them.
 */
export function startMini(args: readonly string[], options: Options = {}, wrapper: readonly string[] = []) {
  const [file = '', ...words] = [...wrapper, MINI, ...args];
  return execa(file, words, {
    reject: false,
    stripFinalNewline: false,
    ...(options.input === undefined && options.stdin === undefined && options.stdio === undefined
      ? { stdin: 'ignore' as const }
      : {}),
    ...options,
  });
}
