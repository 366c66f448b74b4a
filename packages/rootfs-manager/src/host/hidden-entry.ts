import { covers } from '../mountinfo.js';

/** Something of the machine that a container of the `host` image must not see. */
export interface HiddenEntry {
  /** Absolute path on the machine. */
  readonly path: string;
  /**
   * `remove`: it is not there. `empty`: a directory without its content. `replace`: a file with another content.
   * Mode and owner stay those of the original.
   */
  readonly how: 'remove' | 'empty' | 'replace';
  readonly content?: string;
}

/** One overlay of the `host` image: the file system mounted at `mountPoint` and what is hidden of it. */
export interface HostLayer {
  readonly mountPoint: string;
  readonly hidden: readonly HiddenEntry[];
}

/** Gives each hidden entry to the file system that it lies on; the first layer is the root. */
export function assignLayers(hidden: readonly HiddenEntry[], submounts: readonly string[]): HostLayer[] {
  const points = ['/', ...submounts];
  const ownerOf = (path: string) =>
    points
      .filter((point) => covers(point, path))
      .sort(byLength)
      .at(-1);
  return points.map((mountPoint) => ({
    mountPoint,
    hidden: hidden.filter(({ path }) => ownerOf(path) === mountPoint && path !== mountPoint),
  }));
}

/**
 * Without what lies below something that is hidden as a whole, parents before children: an entry below another would
 * make the directories on its way, and the other one would find its place taken.
 */
export function withoutCovered(hidden: readonly HiddenEntry[]): HiddenEntry[] {
  const whole = hidden.filter(({ how }) => how !== 'replace').map(({ path }) => path);
  const isCovered = ({ path }: HiddenEntry) => whole.some((each) => each !== path && covers(each, path));
  const byPath = new Map(hidden.map((entry) => [entry.path, entry]));
  return [...byPath.values()].filter((entry) => !isCovered(entry)).sort((a, b) => (a.path < b.path ? -1 : 1));
}

function byLength(a: string, b: string): number {
  return a.length - b.length;
}
