import type { ExecutionContext } from 'ava';
import { type MiniResult, mini } from './mini.js';
import { busyboxRoot } from './roots.js';

let count = 0;

/** A name that no other test has. */
export function freshName(): string {
  return `e2e-${process.pid}-${++count}`;
}

/** A container in the background. */
export interface Detached {
  readonly name: string;
  readonly id: string;
}

/** Runs a shell script in a busybox container in the background; it is removed when the test is over. */
export async function startDetached(
  t: ExecutionContext,
  script: string,
  flags: readonly string[] = [],
): Promise<Detached> {
  const name = freshName();
  const command = ['--rootfs', busyboxRoot(), 'sh', '-c', script];
  const { stdout, stderr, exitCode } = await mini(['run', '-d', '--name', name, ...flags, ...command]);
  if (exitCode !== 0) throw new Error(stderr);
  const id = stdout.trim();
  // By its id: a test may give it another name.
  t.teardown(() => mini(['rm', '-f', id]));
  return { name, id };
}

/** The result of a command that must succeed and say nothing on stderr. */
export async function succeed(t: ExecutionContext, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await mini(args);
  t.deepEqual({ args, exitCode, stderr }, { args, exitCode: 0, stderr: '' });
  return stdout;
}

/** What a command must answer that fails: exit code 1, nothing on stdout unless told. */
export function failure(stderr: string, stdout = ''): MiniResult {
  return { exitCode: 1, stdout, stderr: `${stderr}\n`, signal: undefined };
}
