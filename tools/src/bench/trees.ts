import { readFileSync, rmdirSync } from 'node:fs';

/** A mounted tree of control groups; `controllers` as mount(2) takes them, `cgroup2` for the v2 tree. */
export interface Tree {
  readonly controllers: string;
  readonly mountPoint: string;
}

/** The trees of a mountinfo text; a later mount on the same directory covers the earlier one. */
export function parseTrees(mountinfo: string): Tree[] {
  const trees = new Map<string, Tree>();
  for (const line of mountinfo.split('\n')) {
    const fields = line.split(' ');
    const hyphen = fields.indexOf('-', 6);
    const [fstype = '', , options = ''] = fields.slice(hyphen + 1);
    const mountPoint = fields[4] ?? '';
    if (hyphen < 0 || !/^cgroup2?$/.test(fstype)) continue;
    const names = options.split(',').filter((name) => name !== 'rw' && name !== 'ro');
    const isNamed = names.some((name) => name.startsWith('name='));
    const controllers = fstype === 'cgroup2' ? 'cgroup2' : [...(isNamed ? ['none'] : []), ...names].join();
    trees.set(mountPoint, { controllers, mountPoint });
  }
  return [...trees.values()];
}

export function listTrees(): Tree[] {
  return parseTrees(readFileSync('/proc/self/mountinfo', 'utf8'));
}

/** Removes groups that are left empty, from every tree. One that is in use, or was never made, stays so. */
export function removeGroups(trees: readonly Tree[], groups: readonly string[]): void {
  for (const { mountPoint } of trees) {
    for (const group of groups) {
      try {
        rmdirSync(`${mountPoint}${group}`);
      } catch {
        // Another run of the benchmark may be at work.
      }
    }
  }
}
