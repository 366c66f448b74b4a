import { closeSync, constants, openSync } from 'node:fs';
import { isRuntimeError, type Kernel, type Process } from '@mini/contracts';
import { parsePasswd, readFileInRoot } from '@mini/rootfs-manager';

/** As O_PATH of open(2): the root is a place to begin at, and is not read. */
const O_PATH = 0o10000000;

/**
 * The process with a HOME in its environment: engines leave it to the runtime, who alone sees the container's
 * /etc/passwd. It is that of the user's entry, `/` without one, and what the caller has set stays. `rootPath` leads to
 * the container's root from here.
 */
export function withHome(kernel: Kernel, process: Process, rootPath: string): Process {
  const { env = [], user } = process;
  if (env.some((entry) => entry.startsWith('HOME='))) return process;
  return { ...process, env: [...env, `HOME=${findHome(kernel, rootPath, user.uid)}`] };
}

/** A file that cannot be used names nobody: the container starts all the same, as under runc and crun. */
function findHome(kernel: Kernel, rootPath: string, uid: number): string {
  const root = openRoot(rootPath);
  if (root === undefined) return '/';
  try {
    const entries = parsePasswd(readFileInRoot(kernel, root, '/etc/passwd') ?? '');
    return entries.find((entry) => entry.uid === uid)?.home || '/';
  } catch (error) {
    if (isRuntimeError(error)) return '/';
    throw error;
  } finally {
    closeSync(root);
  }
}

/** The path of a root may be one of another mount namespace. */
function openRoot(path: string): number | undefined {
  try {
    return openSync(path, O_PATH | constants.O_DIRECTORY);
  } catch {
    return undefined;
  }
}
