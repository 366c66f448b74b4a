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

/** Leaves out what lies below something that is hidden as a whole already. */
export function withoutCovered(hidden: readonly HiddenEntry[], by: readonly HiddenEntry[]): HiddenEntry[] {
  const whole = by.filter(({ how }) => how !== 'replace');
  return hidden.filter(({ path }) => !whole.some((each) => covers(each.path, path)));
}

function byLength(a: string, b: string): number {
  return a.length - b.length;
}
