import type { Seccomp } from '@mini/contracts';
import { flagBit, LISTENER_FLAGS } from './actions.js';
import { compileProgram } from './compile-program.js';
import { badSeccomp } from './errors.js';
import { decodeFilter, encodeFilter, fileNameOf, keyOf, readShipped } from './filter-files.js';

/** A filter as the Plan takes it. */
export interface CompiledSeccomp {
  /** An array of struct sock_filter, of the machine's byte order. */
  readonly program: Uint8Array;
  /** Of seccomp(2), without NEW_LISTENER. */
  readonly flags: number;
  /** Some call is left to a listener: it has to be made, and sent to `listenerPath`. */
  readonly notifies: boolean;
}

/**
 * Where compiled filters are kept. What it gives back becomes the container's filter, so nobody else may be able to write
 * there.
 */
export interface FilterCache {
  read(name: string): Uint8Array | undefined;
  /** Keeps the bytes, if it can: nothing depends on it. */
  write(name: string, bytes: Uint8Array): void;
}

/**
 * Compiles `linux.seccomp` of a Spec: from the filters that are shipped, else from `cache`, else by libseccomp, which is
 * loaded only then. `machine` as `process.arch` names it. Throws `RuntimeError` `bad-seccomp`, which names the field, and
 * `library-missing`.
 */
export function compileSeccomp(
  seccomp: Seccomp,
  cache?: FilterCache,
  machine: string = process.arch,
): CompiledSeccomp {
  const flags = compileFlags(seccomp);
  const notifies = seccomp.syscalls?.some(({ action }) => action === 'SCMP_ACT_NOTIFY') ?? false;
  if (notifies && !seccomp.listenerPath) {
    throw badSeccomp('linux.seccomp.listenerPath', 'it names no listener for "SCMP_ACT_NOTIFY"');
  }
  const program = findProgram(seccomp, cache, machine);
  return { program, flags: notifies ? flags : flags & ~LISTENER_FLAGS, notifies };
}

function findProgram(seccomp: Seccomp, cache: FilterCache | undefined, machine: string): Uint8Array {
  const key = keyOf(seccomp, machine);
  const shipped = decodeFilter(key, readShipped(machine));
  if (shipped !== undefined) return shipped;
  const name = fileNameOf(key);
  const kept = decodeFilter(key, cache?.read(name));
  if (kept !== undefined) return kept;
  const program = compileProgram(seccomp, machine);
  cache?.write(name, encodeFilter(key, program));
  return program;
}

function compileFlags({ flags = [] }: Seccomp): number {
  return flags.reduce((bits, flag, index) => {
    const bit = flagBit(flag);
    if (bit === undefined) throw badSeccomp(`linux.seccomp.flags[${index}]`, `there is no flag "${flag}"`);
    return bits | bit;
  }, 0);
}
