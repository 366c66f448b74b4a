/** What of a file tells whether it has changed. */
export interface FileFacts {
  /** With its type, as in stat(2). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly device: number;
  readonly sizeBytes: number;
  readonly mtimeNs: bigint;
}

/** A file in the upper directory of an overlay. */
export interface UpperNode {
  readonly name: string;
  readonly facts: FileFacts;
  /** `whiteout`: what is below is deleted. `opaque`: a directory that shows nothing of the one below. */
  readonly mark?: 'whiteout' | 'opaque';
  /** Of a directory, in any order. */
  readonly children: readonly UpperNode[];
}

/** The files below an upper directory. Only asked for paths whose parents are directories in it. */
export interface LowerTree {
  lookUp(path: string): FileFacts | undefined;
  /** Names in a directory. */
  list(path: string): readonly string[];
}

/** A difference: `C` changed, `A` added, `D` deleted. */
export interface Change {
  readonly type: 'C' | 'A' | 'D';
  /** Absolute, in the container. */
  readonly path: string;
}

const TYPE_BITS = 0o170000;
const DIRECTORY = 0o040000;

/**
 * What an upper directory says of the tree below it, by path, in the order of docker diff: a directory with something
 * changed in it is changed too, of a deleted one only itself is told. `isOwn` tells the paths that were made for mounts:
 * one that is missing below is nobody's change, nor is a directory with nothing else in it.
 */
export function compareLayer(
  upper: UpperNode,
  lower: LowerTree,
  isOwn: (path: string) => boolean = () => false,
): Change[] {
  const changes = new Comparison(lower, isOwn).compareChildren(upper, '', true);
  return changes.sort((one, other) => (one.path < other.path ? -1 : 1));
}

class Comparison {
  constructor(
    readonly lower: LowerTree,
    readonly isOwn: (path: string) => boolean,
  ) {}

  /** `isMerged`: the lower directory of the same path shows through. */
  compareChildren(node: UpperNode, path: string, isMerged: boolean): Change[] {
    return node.children.flatMap((child) => {
      const inner = `${path}/${child.name}`;
      const below = isMerged ? this.lower.lookUp(inner) : undefined;
      if (child.mark === 'whiteout') return below === undefined ? [] : [{ type: 'D', path: inner } as const];
      return below === undefined ? this.#added(child, inner) : this.#kept(child, inner, below);
    });
  }

  #added(node: UpperNode, path: string): Change[] {
    if (this.isOwn(path)) return [];
    const inner = this.compareChildren(node, path, false);
    const isOnlyForMounts = node.children.length > 0 && inner.length === 0;
    return isOnlyForMounts ? [] : [{ type: 'A', path }, ...inner];
  }

  #kept(node: UpperNode, path: string, below: FileFacts): Change[] {
    const isMerged = isDirectory(node.facts) && isDirectory(below) && node.mark !== 'opaque';
    const inner = this.compareChildren(node, path, isDirectory(below));
    const deleted = isDirectory(below) && !isMerged ? this.#listDeleted(node, path) : [];
    const isChanged = inner.length + deleted.length > 0 || differ(node.facts, below);
    return isChanged ? [{ type: 'C', path }, ...inner, ...deleted] : [];
  }

  #listDeleted(node: UpperNode, path: string): Change[] {
    const names = new Set(node.children.map(({ name }) => name));
    const gone = this.lower.list(path).filter((name) => !names.has(name));
    return gone.map((name) => ({ type: 'D', path: `${path}/${name}` }));
  }
}

/** The time and size of a directory say only that something was put into it. */
function differ(one: FileFacts, other: FileFacts): boolean {
  const isSame =
    one.mode === other.mode && one.uid === other.uid && one.gid === other.gid && one.device === other.device;
  if (!isSame) return true;
  return !isDirectory(one) && (one.sizeBytes !== other.sizeBytes || one.mtimeNs !== other.mtimeNs);
}

export function isDirectory({ mode }: Pick<FileFacts, 'mode'>): boolean {
  return (mode & TYPE_BITS) === DIRECTORY;
}
