import { debianRoot } from '@mini/tools';
import type { Options } from 'execa';
import { type MiniResult, mini } from './mini.js';
import { busyboxRoot } from './roots.js';

/** Runs a shell script in a busybox root, with these flags of `mini run`. */
export function runScript(flags: readonly string[], script: string, options?: Options): Promise<MiniResult> {
  return runCommand(flags, ['sh', '-c', script], options);
}

/** Runs a command in a busybox root, with these flags of `mini run`. */
export function runCommand(
  flags: readonly string[],
  command: readonly string[],
  options?: Options,
): Promise<MiniResult> {
  return mini(['run', '--rm', ...flags, '--rootfs', busyboxRoot(), ...command], options);
}

/** Runs a shell script in the shared Debian root, under a throw-away layer. */
export async function runInDebian(
  flags: readonly string[],
  script: string,
  options?: Options,
): Promise<MiniResult> {
  const root = `${await debianRoot()}:O`;
  return mini(['run', '--rm', ...flags, '--rootfs', root, 'bash', '-c', script], options);
}
