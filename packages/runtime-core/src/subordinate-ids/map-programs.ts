import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { type IdMapping, type Kernel, loadChildProcess, RuntimeError } from '@mini/contracts';

/** Where distributions have them. Never PATH, which is whoever's. */
const PLACES = ['/usr/bin', '/bin', '/usr/local/bin', '/usr/sbin', '/run/wrappers/bin'];
const SETUID = 0o4000;

export type MapProgramName = 'newuidmap' | 'newgidmap';

/** A program of the package uidmap, or why it cannot be used. */
export type MapProgram = { readonly path: string } | { readonly reason: string; readonly hint: string };

/** Programs that map subordinate ids, for they have the right to. Source: newuidmap(1), newgidmap(1). */
export function findMapProgram(
  kernel: Pick<Kernel, 'readXattrs'>,
  name: MapProgramName,
  places: readonly string[] = PLACES,
): MapProgram {
  const hint = 'install the package uidmap';
  for (const place of places) {
    const path = `${place}/${name}`;
    const isUsable = mayMapIds(kernel, path);
    if (isUsable === undefined) continue;
    return isUsable
      ? { path }
      : { reason: `"${path}" is neither setuid root nor has it capabilities`, hint: `${hint} again` };
  }
  return { reason: `"${name}" is not installed`, hint };
}

/** `undefined` when it is not there. */
function mayMapIds(kernel: Pick<Kernel, 'readXattrs'>, path: string): boolean | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch {
    return undefined;
  }
  try {
    const { uid, mode } = fstatSync(fd);
    const isSetuid = uid === 0 && (mode & SETUID) !== 0;
    return isSetuid || kernel.readXattrs(fd).some(([name]) => name === 'security.capability');
  } finally {
    closeSync(fd);
  }
}

/** A process that can gain no privileges runs setuid programs without effect. Source: proc(5), prctl(2). */
export function canGainPrivileges(status = readFileSync('/proc/self/status', 'utf8')): boolean {
  return !/^NoNewPrivs:\s*1$/m.test(status);
}

/** Has the program write the map of a process. Rejects with `RuntimeError` `id-map-denied` and what the program said. */
export async function runMapProgram(
  path: string,
  pid: number,
  mappings: readonly IdMapping[],
  field: string,
): Promise<void> {
  const words = mappings.flatMap(({ containerID, hostID, size }) => [containerID, hostID, size]);
  const { execFile } = loadChildProcess();
  await new Promise<void>((resolve, reject) => {
    execFile(path, [pid, ...words].map(String), { env: {} }, (error, _, stderr) => {
      if (error === null) return resolve();
      const said = stderr.trim().split('\n')[0] || error.message;
      reject(
        new RuntimeError({
          code: 'id-map-denied',
          message: `failed to map the ids of process ${pid} by "${path}" (${field}): ${said}`,
          cause: error,
          context: { field },
        }),
      );
    });
  });
}
