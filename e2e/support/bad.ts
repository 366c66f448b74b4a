import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Options } from 'execa';
import { mini } from './mini.js';
import { busyboxRoot, freshDirectory } from './roots.js';
import { differenceSince, NOTHING, takeSnapshot } from './snapshot.js';

/** One way to use mini wrongly, and what it must answer. */
export interface BadCase {
  readonly title: string;
  readonly args: readonly string[];
  /** All of stderr, without its last line feed. */
  readonly stderr: string;
  /** 125 unless told: the engine failed. */
  readonly exitCode?: number;
  readonly options?: Options;
}

/** Exactly this on stderr, nothing on stdout, this exit code, and nothing left behind. */
export async function assertRefused(t: ExecutionContext, bad: BadCase): Promise<void> {
  const { args, stderr, exitCode = 125, options } = bad;
  const before = takeSnapshot();
  const result = await mini(args, options);
  // The place of a mount among the defaults is not the user's business.
  const said = { ...result, stderr: result.stderr.replaceAll(/mounts\[\d+\]/g, 'mounts[N]') };
  t.deepEqual(said, { exitCode, stdout: '', stderr: `${stderr}\n`, signal: undefined });
  t.deepEqual(await differenceSince(before), NOTHING);
}

/** A test for each case. */
export function testRefusals(cases: readonly BadCase[]): void {
  for (const bad of cases) test(bad.title, (t) => assertRefused(t, bad));
}

/** `mini run` in the busybox root with these words. */
export function badRun(title: string, words: readonly string[], stderr: string, exitCode = 125): BadCase {
  return { title, args: ['run', '--rm', '--rootfs', busyboxRoot(), ...words], stderr, exitCode };
}

let directory: string | undefined;

/** A directory for files that cases need, removed with this process. */
export function scratchDirectory(): string {
  directory ??= freshDirectory('bad');
  return directory;
}

/** Makes a file there; returns its path. */
export function scratchFile(name: string, content: string | Uint8Array): string {
  const path = join(scratchDirectory(), name);
  writeFileSync(path, content);
  return path;
}
