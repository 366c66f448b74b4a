import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { detectCgroupLayout } from '@mini/cgroup-manager';

/** What a container could leave behind on this machine. */
export interface Snapshot {
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  readonly directories: readonly string[];
}

/** Directories in which mini keeps things. */
const MINI_DIRECTORIES = ['/var/lib/mini', '/run/mini'];

/**
 * What the first command on a machine makes and stays when containers go: the store's own directories, the log of what
 * happened, and files that are only there to be locked.
 */
const LASTING = new RegExp(
  [
    '^/run/mini/events(\\.\\w+)?$',
    '^/var/lib/mini/(containers|journal|names|trash|volumes|(names|sweep)\\.lock)$',
    '^/var/lib/mini/images(/(oci-layout|index\\.json|blobs(/sha256)?|ingest|layers|(lease|index)\\.lock))?$',
  ].join('|'),
);

/** Lists helpers (zombies too), mounts, cgroups and files of mini. */
export function takeSnapshot(): Snapshot {
  return {
    processes: listHelpers(),
    mounts: readFileSync('/proc/self/mountinfo', 'utf8').trim().split('\n'),
    cgroups: detectCgroupLayout().hierarchies.flatMap(({ mountPoint }) =>
      ['mini', 'mini-oci'].flatMap((group) => listTree(join(mountPoint, group), true)),
    ),
    directories: MINI_DIRECTORIES.flatMap((directory) => listTree(directory, false)).filter(
      (path) => !LASTING.test(path),
    ),
  };
}

/** Waits a little for processes that are just ending, then says what is new: empty lists when nothing is left. */
export async function differenceSince(before: Snapshot): Promise<Snapshot> {
  for (let attempt = 0; ; attempt++) {
    const now = takeSnapshot();
    const left = {
      processes: without(now.processes, before.processes),
      mounts: without(now.mounts, before.mounts),
      cgroups: without(now.cgroups, before.cgroups),
      directories: without(now.directories, before.directories),
    };
    if (attempt === 600 || Object.values(left).every((list) => list.length === 0)) return left;
    await sleep(50);
  }
}

/** What `differenceSince` gives when nothing is left. */
export const NOTHING: Snapshot = { processes: [], mounts: [], cgroups: [], directories: [] };

function without(now: readonly string[], before: readonly string[]): string[] {
  const known = new Set(before);
  return now.filter((entry) => !known.has(entry));
}

function listHelpers(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      const name = readOrEmpty(`/proc/${pid}/comm`).trim();
      return name.startsWith('mini-') ? [`${pid} ${name}`] : [];
    });
}

/** Paths below a directory; with `directoriesOnly` those of cgroups, whose files are the kernel's. */
function listTree(directory: string, directoriesOnly: boolean): string[] {
  let entries: { name: string; isDirectory(): boolean }[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return [path, ...listTree(path, directoriesOnly)];
    return directoriesOnly ? [] : [path];
  });
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
