import { spawnSync } from 'node:child_process';
import { chownSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Options } from 'execa';
import { MINI, type MiniResult, startMini } from './mini.js';
import { freshDirectory } from './roots.js';

/** `nobody`: a user without any right. */
export const NOBODY = 65_534;

/** Words that make a program run as that user. */
export const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'] as const;

/** Why tests of an ordinary user cannot run here; undefined when they can. */
export function whyNoOrdinaryUser(): string | undefined {
  if (process.getuid?.() !== 0) return 'only root can become another user';
  const [program = '', ...words] = AS_NOBODY;
  const { status } = spawnSync(program, [...words, 'test', '-r', MINI]);
  return status === 0 ? undefined : 'other users cannot read this checkout';
}

/** A home directory of that user, removed with the process. */
export function freshHome(): string {
  const home = freshDirectory('home');
  chownSync(home, NOBODY, NOBODY);
  return home;
}

/** Runs mini as that user; `wrapper` are words of a program that executes what stands behind them. */
export async function miniAsNobody(
  args: readonly string[],
  home: string,
  { wrapper = [], ...options }: Options & { readonly wrapper?: readonly string[] } = {},
): Promise<MiniResult> {
  const env = { HOME: home, XDG_DATA_HOME: '', XDG_CONFIG_HOME: '', XDG_RUNTIME_DIR: join(home, 'run') };
  const result = await startMini(args, { env, ...options }, [...AS_NOBODY, ...wrapper]);
  return {
    exitCode: result.exitCode ?? -1,
    stdout: String(result.stdout ?? ''),
    stderr: String(result.stderr ?? ''),
    signal: result.signal,
  };
}

/** An ordinary user, as tests of several kinds of them need one. */
export interface OrdinaryUser {
  /** The user's, and removed with the process. */
  readonly home: string;
  /** Runs mini as the user; a failing exit code is a result. */
  mini(...args: string[]): Promise<MiniResult>;
}

/** That user with a home of its own. */
export function makeNobody(): OrdinaryUser {
  const home = freshHome();
  return { home, mini: (...args) => miniAsNobody(args, home) };
}

/** What containers of that home there are, finished ones too. */
export function listContainersOf(home: string): string[] {
  try {
    return readdirSync(join(home, '.local/share/mini/containers'));
  } catch {
    return [];
  }
}
