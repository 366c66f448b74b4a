import type { ExecutionContext } from 'ava';
import { type Detached, freshName } from './detached.js';
import { mini } from './mini.js';
import { busyboxRoot } from './roots.js';

/** A container that has made files and stays. */
export async function startWith(
  t: ExecutionContext,
  script: string,
  flags: readonly string[] = [],
): Promise<Detached> {
  const name = freshName();
  const words = [
    'run',
    '-d',
    '--name',
    name,
    ...flags,
    '--rootfs',
    `${busyboxRoot()}:O`,
    'sh',
    '-c',
    `${script}; touch /ready; sleep 1000`,
  ];
  const { stdout, stderr, exitCode } = await mini(words);
  if (exitCode !== 0) throw new Error(stderr);
  const id = stdout.trim();
  t.teardown(() => mini(['rm', '-f', id]));
  for (let tries = 0; (await mini(['exec', name, 'test', '-e', '/ready'])).exitCode !== 0; tries++) {
    if (tries === 100) throw new Error('the container never was ready');
  }
  return { name, id };
}
