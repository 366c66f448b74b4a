import { isRuntimeError, type Resources } from '@mini/contracts';
import type { CgroupFiles } from './cgroup-files.js';
import { applyWrites, type CgroupWrite } from './cgroup-write.js';
import { compileResources, hierarchyOf, listIgnoredResources } from './compile-resources.js';
import { readCurrentLimits } from './current-limits.js';
import { cgroupError, wrapError, wrapping } from './errors.js';
import { FormerLimits } from './former-limits.js';
import { findFreezer, freezeGroup, isGroupFrozen, thawGroup } from './freezer.js';
import type { GroupDirectory } from './group-directory.js';
import { killGroup } from './kill-group.js';
import type { CgroupLayout } from './layout.js';
import { listAllPids, listPids } from './processes.js';
import { removeDirectories, removeEmpty, removeEmptyParents } from './remove-group.js';
import { pollUntil } from './sleep.js';
import { type CgroupStats, readOomKillCount, readStats } from './stats.js';
import { enableControllers } from './subtree-control.js';

/** Descriptors for the launch record, close-on-exec. */
export interface LaunchDescriptors {
  /** Open `tasks` or `cgroup.procs` files, in the order to join. */
  readonly joinFds: readonly number[];
  /** The v2 directory to be born in, or -1. */
  readonly intoCgroupFd: number;
  close(): void;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
}

export interface RemoveOptions extends WaitOptions {
  readonly parents?: boolean;
}

const DEFAULT_WAIT_MS = 10_000;
const DEFAULT_REMOVE_MS = 2_000;
/** A process that joins after the others were killed is found by the next attempt. */
const MOST_ATTEMPTS = 5;
const RETRY_MS = 100;

/** A group of processes with limits. Made by `createCgroup`, found again by `openCgroup`. */
export class Cgroup {
  /** What was asked for and could not be set on this machine, though nothing failed: sentences for a warning. */
  readonly notes: string[] = [];
  readonly #layout: CgroupLayout;
  readonly #files: CgroupFiles;

  constructor(
    layout: CgroupLayout,
    readonly path: string,
    readonly directories: readonly GroupDirectory[],
    files: CgroupFiles,
  ) {
    this.#layout = layout;
    this.#files = files;
  }

  /** Where a write goes. Throws `RuntimeError` with code `cgroup-unavailable` when the group lacks that tree. */
  directoryOf(write: CgroupWrite): string {
    const hierarchy = hierarchyOf(this.#layout, write);
    const found = this.directories.find((each) => each.hierarchy === hierarchy);
    if (found !== undefined) return found.directory;
    const what = `failed to set "${write.file}" to "${write.value}" (${write.field})`;
    throw cgroupError('cgroup-unavailable', `${what}: the group has no "${write.controller}" directory`, {
      field: write.field,
    });
  }

  /**
   * Opens what a new process joins by: it is born in the group of the v2 tree (CLONE_INTO_CGROUP) and writes `0` to
   * `tasks` of the others while it has one thread. To write to `cgroup.procs` the kernel stops every fork of the machine,
   * and waits for that: ten milliseconds, where nobody has done it a moment ago. `bornInside: false` gives `cgroup.procs`
   * of all trees, for who moves another process or cannot pass CLONE_INTO_CGROUP. Throws `RuntimeError` with code
   * `cgroup-create`.
   */
  openForLaunch({ bornInside = true } = {}): LaunchDescriptors {
    const opened: number[] = [];
    const close = () => {
      for (const fd of opened.splice(0)) this.#files.close(fd);
    };
    const open = (path: string, how: 'openDirectory' | 'openForWriting') => {
      try {
        opened.push(this.#files[how](path));
      } catch (error) {
        close();
        throw wrapError('cgroup-create', `failed to open "${path}"`, error);
      }
      return opened.at(-1)!;
    };
    const joinFds: number[] = [];
    let intoCgroupFd = -1;
    for (const { directory, hierarchy } of this.directories) {
      if (!bornInside) joinFds.push(open(`${directory}/cgroup.procs`, 'openForWriting'));
      else if (hierarchy.version === 2) intoCgroupFd = open(directory, 'openDirectory');
      else joinFds.push(open(`${directory}/tasks`, 'openForWriting'));
    }
    return { joinFds, intoCgroupFd, close };
  }

  /** Processes in the group and the groups below it, as one tree (v2 if there is one) has them. */
  pids(): number[] {
    const tree = this.directories.find(({ hierarchy }) => hierarchy.version === 2) ?? this.directories[0];
    return tree === undefined ? [] : this.#reading('processes', () => listPids(tree.directory, this.#files));
  }

  stats(): CgroupStats {
    return this.#reading('accounts', () => readStats(this.directories, this.#files));
  }

  /** How many processes the kernel killed for want of memory; 0 without a memory controller. */
  oomKillCount(): number {
    return this.#reading('accounts', () => readOomKillCount(this.directories, this.#files));
  }

  /**
   * Stops every process and returns when they stand still. Throws `RuntimeError`: `cgroup-timeout` when they do not
   * in time (they are let go again), `cgroup-unavailable` without a freezer.
   */
  freeze({ timeoutMs = DEFAULT_WAIT_MS }: WaitOptions = {}): void {
    freezeGroup(this.path, findFreezer(this.directories, this.path), timeoutMs, this.#files);
  }

  thaw({ timeoutMs = DEFAULT_WAIT_MS }: WaitOptions = {}): void {
    thawGroup(this.path, findFreezer(this.directories, this.path), timeoutMs, this.#files);
  }

  isFrozen(): boolean {
    return this.#reading('state', () => isGroupFrozen(findFreezer(this.directories, this.path), this.#files));
  }

  /**
   * Sends a signal to every process in any tree of the group, those that are forked meanwhile too. They may still be
   * dying at return: see `waitEmpty`.
   */
  kill(signal: NodeJS.Signals | number = 'SIGKILL'): void {
    this.#reading('processes', () => killGroup(this.path, this.directories, signal, this.#files));
  }

  /** Waits until no tree has a process of the group; `false` when the time is over first. */
  waitEmpty({ timeoutMs = DEFAULT_WAIT_MS }: WaitOptions = {}): boolean {
    const isEmpty = () => listAllPids(this.directories, this.#files).length === 0;
    return this.#reading('processes', () => pollUntil(isEmpty, timeoutMs));
  }

  /**
   * Changes limits; members that are absent or zero stay as they are. Returns notes. Throws as `createCgroup` does;
   * limits set before the refused one are set back, but for rules for devices that had none.
   */
  update(resources: Resources): string[] {
    const writes = this.compileUpdate(resources);
    const required = new Set(
      writes.filter(({ version }) => version === 2).map(({ controller }) => controller),
    );
    required.delete('cgroup');
    const tree = this.directories.find(({ hierarchy }) => hierarchy.version === 2)?.hierarchy;
    if (tree !== undefined && required.size > 0) enableControllers(tree, this.path, required, this.#files);
    return [...listIgnoredResources(this.#layout, resources), ...this.#applyOrRestore(writes)];
  }

  #applyOrRestore(writes: readonly CgroupWrite[]): string[] {
    const former = new FormerLimits(this.#files);
    try {
      return applyWrites((write) => this.directoryOf(write), writes, this.#files, former);
    } catch (error) {
      const failures = former.restore();
      throw isRuntimeError(error) ? error.withCleanup(failures) : error;
    }
  }

  /** What `update` writes. Throws as it does. */
  compileUpdate(resources: Resources): CgroupWrite[] {
    const current = this.#reading('limits', () =>
      readCurrentLimits(this.directories, resources, this.#files),
    );
    return compileResources(this.#layout, resources, current);
  }

  /**
   * Removes the group and the groups below it from every tree; one that is gone already is no fault. Processes that
   * are still dying are waited for. `parents` removes the groups above as well, as far as they are empty: for the last
   * one out, since it costs the next one in. Throws `RuntimeError` with code `cgroup-busy` that names what is left.
   */
  remove({ timeoutMs = DEFAULT_REMOVE_MS, parents = false }: RemoveOptions = {}): void {
    const paths = this.directories.map(({ directory }) => directory);
    removeDirectories(paths, timeoutMs, this.#files);
    if (parents) removeEmptyParents(this.directories, this.path, this.#files);
  }

  /**
   * Kills every process of the group and removes it, those too that are just being put into it. As a rule none is left,
   * and then it takes one call for each tree. Throws as `kill` and `remove` do.
   */
  destroy(): void {
    const paths = this.directories.map(({ directory }) => directory);
    if (removeEmpty(paths, this.#files)) return;
    for (let attempt = 1; ; attempt += 1) {
      this.kill();
      this.waitEmpty();
      try {
        this.remove(attempt === MOST_ATTEMPTS ? {} : { timeoutMs: RETRY_MS });
        return;
      } catch (error) {
        const isBusy = isRuntimeError(error) && error.code === 'cgroup-busy';
        if (!isBusy || attempt === MOST_ATTEMPTS) throw error;
      }
    }
  }

  /** Descriptors running out, and the group vanishing under us, are errors with a sentence too. */
  #reading<T>(what: string, act: () => T): T {
    return wrapping('cgroup-read', `failed to read ${what} of cgroup "${this.path}"`, act);
  }
}
