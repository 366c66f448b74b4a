import { join } from 'node:path';
import { isRuntimeError, loadAddon, RuntimeError, reasonOf } from '@mini/contracts';

/** One comparison of an argument: index, operator of `enum scmp_compare`, and its one or two values. */
export type Comparison = readonly [index: number, operator: number, value: bigint, valueTwo: bigint];

/** What is done about one system call. */
export type Rule = readonly [action: number, name: string, comparisons: readonly Comparison[]];

/** libseccomp, as the native part offers it. Architectures have libseccomp's names, `x86_64`. */
export interface Library {
  /** An array of struct sock_filter. Names that the library does not know are passed over. */
  compile(defaultAction: number, architectures: readonly string[], rules: readonly Rule[]): Uint8Array;
  /** Negative where the architecture has no such call. */
  resolveNumber(architecture: string, name: string): number;
  resolveName(architecture: string, number: number): string | undefined;
  /** Whether the kernel takes these flags of seccomp(2). */
  knowsFlags(flags: number): boolean;
  version(): string;
}

let library: Library | undefined;

/** Loaded when the first filter is compiled: most processes find theirs compiled. Throws `RuntimeError` `library-missing`. */
export function loadLibrary(): Library {
  library ??= load(join(import.meta.dirname, '../native/Release/mini_seccomp.node'));
  return library;
}

function load(path: string): Library {
  try {
    return loadAddon(path) as Library;
  } catch (error) {
    if (isRuntimeError(error)) throw error;
    throw new RuntimeError({
      code: 'library-missing',
      message: `failed to load the seccomp compiler "${path}": ${reasonOf(error).split('\n', 1)[0]}`,
      cause: error,
      context: { hint: 'build it with "npx nx build seccomp"' },
    });
  }
}
