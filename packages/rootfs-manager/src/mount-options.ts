import { MOUNT_ATTR, MS } from '@mini/contracts';

/** What the options of one mount ask for, sorted by who does it. */
export interface MountOptions {
  /** Attributes of this one mount to set and to clear: MOUNT_ATTR bits of mount_setattr(2). */
  readonly attributesSet: number;
  readonly attributesClear: number;
  /** The same for this mount and all below it: the options with an `r` before them, such as `rro`. */
  readonly recursiveSet: number;
  readonly recursiveClear: number;
  /** One MS value, or 0 when no option names a propagation. */
  readonly propagation: number;
  /** The propagation is that of all mounts below too: `rprivate` against `private`. */
  readonly propagationRecursive: boolean;
  readonly bind: boolean;
  /** A bind takes the mounts below its source along: `rbind`. */
  readonly recursive: boolean;
  /** Change the mount that is there instead of adding one. */
  readonly remount: boolean;
  /** A new tmpfs is filled with a copy of the directory it covers: `tmpcopyup`. */
  readonly copyUp: boolean;
  /** A path that is mounted instead of the source, looked up within that: `X-mount.subdir=PATH`. */
  readonly subdirectory?: string;
  /** The owners are mapped as the mount's or the container's id maps say: `idmap`, with all mounts below `ridmap`. */
  readonly idmap: boolean;
  readonly idmapRecursive: boolean;
  /** Options of a new file system's superblock that the kernel knows for all types: `sync`, `dirsync`, … */
  readonly superblockOptions: readonly string[];
  /** What is no option of mounts at all is one of the file system: `mode=755`. */
  readonly fsOptions: readonly string[];
}

/** What one word does. `clear` bits are cleared before `set` bits are set. */
interface Effect {
  readonly set?: number;
  readonly clear?: number;
  readonly propagation?: number;
  readonly bind?: true;
  readonly recursive?: true;
  readonly remount?: true;
  readonly superblock?: string;
  readonly copyUp?: true;
  readonly idmap?: true;
  readonly idmapRecursive?: true;
}

const { RDONLY, NOSUID, NODEV, NOEXEC, NOATIME, STRICTATIME, NODIRATIME, NOSYMFOLLOW, ATIME_MASK } =
  MOUNT_ATTR;

/** The kernel's access times are one field of three bits: whatever is chosen, the others go. */
const RELATIME: Effect = { clear: ATIME_MASK };

/**
 * Attributes of a mount, each also with an `r` before it. `norelatime` and `nostrictatime` mean the kernel's default,
 * which is relatime since Linux 2.6.30; so does `atime`.
 */
const ATTRIBUTES: Readonly<Record<string, Effect>> = {
  ro: { set: RDONLY },
  rw: { clear: RDONLY },
  nosuid: { set: NOSUID },
  suid: { clear: NOSUID },
  nodev: { set: NODEV },
  dev: { clear: NODEV },
  noexec: { set: NOEXEC },
  exec: { clear: NOEXEC },
  noatime: { clear: ATIME_MASK, set: NOATIME },
  strictatime: { clear: ATIME_MASK, set: STRICTATIME },
  atime: RELATIME,
  relatime: RELATIME,
  norelatime: RELATIME,
  nostrictatime: RELATIME,
  nodiratime: { set: NODIRATIME },
  diratime: { clear: NODIRATIME },
  nosymfollow: { set: NOSYMFOLLOW },
  symfollow: { clear: NOSYMFOLLOW },
};

const PROPAGATIONS: Readonly<Record<string, number>> = {
  private: MS.PRIVATE,
  slave: MS.SLAVE,
  shared: MS.SHARED,
  unbindable: MS.UNBINDABLE,
};

/**
 * Everything else with a meaning of its own. `silent`, `loud`, `iversion` and `acl` were flags of mount(2) that have no
 * effect on the file systems of containers and no counterpart in fsconfig(2).
 */
const OTHERS: Readonly<Record<string, Effect>> = {
  defaults: {},
  silent: {},
  loud: {},
  iversion: {},
  noiversion: {},
  acl: {},
  noacl: {},
  bind: { bind: true },
  rbind: { bind: true, recursive: true },
  remount: { remount: true },
  sync: { superblock: 'sync' },
  async: { superblock: 'async' },
  dirsync: { superblock: 'dirsync' },
  lazytime: { superblock: 'lazytime' },
  nolazytime: { superblock: 'nolazytime' },
  mand: { superblock: 'mand' },
  nomand: { superblock: 'nomand' },
  tmpcopyup: { copyUp: true },
  idmap: { idmap: true },
  ridmap: { idmap: true, idmapRecursive: true },
};

/** Source: mount(8). */
const SUBDIRECTORY = 'X-mount.subdir=';

/**
 * Sorts the options of a mount. Of two that contradict each other the later wins, as in mount(8).
 * Source: OCI runtime-spec, config.md, "Linux mount options"; mount(8); mount_setattr(2).
 */
export function parseMountOptions(options: readonly string[]): MountOptions {
  const own = { set: 0, clear: 0 };
  const below = { set: 0, clear: 0 };
  let [propagation, propagationRecursive] = [0, false];
  let subdirectory: string | undefined;
  const words = new Set<keyof Effect>();
  const result = {
    superblockOptions: [] as string[],
    fsOptions: [] as string[],
  };
  for (const option of options) {
    if (option === '') continue;
    const found = findEffect(option);
    if (found === undefined) {
      if (option.startsWith(SUBDIRECTORY)) subdirectory = option.slice(SUBDIRECTORY.length);
      else result.fsOptions.push(option);
      continue;
    }
    const { effect, recursive } = found;
    if (effect.propagation !== undefined) {
      [propagation, propagationRecursive] = [effect.propagation, recursive];
    } else if (effect.superblock !== undefined) result.superblockOptions.push(effect.superblock);
    else {
      apply(effect, recursive ? below : own);
      for (const word of WORDS) if (effect[word]) words.add(word);
    }
  }
  return {
    attributesSet: own.set,
    attributesClear: own.clear,
    recursiveSet: below.set,
    recursiveClear: below.clear,
    propagation,
    propagationRecursive,
    bind: words.has('bind'),
    recursive: words.has('recursive'),
    remount: words.has('remount'),
    copyUp: words.has('copyUp'),
    idmap: words.has('idmap'),
    idmapRecursive: words.has('idmapRecursive'),
    ...(subdirectory === undefined ? {} : { subdirectory }),
    ...result,
  };
}

/** Effects that are there or not. */
const WORDS = ['bind', 'recursive', 'remount', 'copyUp', 'idmap', 'idmapRecursive'] as const;

/** What a word does, to this mount or to all below it too. */
interface FoundEffect {
  readonly effect: Effect;
  readonly recursive: boolean;
}

/** What a word does: "rprivate", "rro", "rnosuid" and so on are words of the first two tables with an `r` before them. */
function findEffect(word: string): FoundEffect | undefined {
  // Where an `r` makes a word that has a meaning of its own (`rw`), that meaning wins.
  const own = effectOf(word);
  if (own !== undefined) return { effect: own, recursive: false };
  const rest = word.startsWith('r') ? word.slice(1) : '';
  const below = Object.hasOwn(OTHERS, rest) ? undefined : effectOf(rest);
  return below === undefined ? undefined : { effect: below, recursive: true };
}

function effectOf(word: string): Effect | undefined {
  if (Object.hasOwn(ATTRIBUTES, word)) return ATTRIBUTES[word];
  if (Object.hasOwn(OTHERS, word)) return OTHERS[word];
  return Object.hasOwn(PROPAGATIONS, word) ? { propagation: PROPAGATIONS[word]! } : undefined;
}

/** A bit is in one of the two sets only; the access time bits are cleared in full also where one is set. */
function apply({ set = 0, clear = 0 }: Effect, to: { set: number; clear: number }): void {
  to.set = (to.set & ~clear) | set;
  to.clear = (to.clear | clear) & ~(set & ~ATIME_MASK);
}

/** Every option that has a meaning of its own, for all file systems alike, sorted. */
export function listMountOptions(): string[] {
  const plain = [ATTRIBUTES, PROPAGATIONS, OTHERS].flatMap((table) => Object.keys(table));
  return [...new Set(plain.flatMap((word) => [word, `r${word}`]))]
    .filter((word) => findEffect(word) !== undefined)
    .sort();
}
