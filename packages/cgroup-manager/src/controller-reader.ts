import type { CgroupFiles } from './cgroup-files.js';
import { readOptional } from './control-file.js';
import type { GroupDirectory } from './group-directory.js';

/** The text of a control file of one controller; `undefined` where the kernel has no such file. */
export type Read = (file: string) => string | undefined;

/** How the files of one controller of a group are read. */
export interface ControllerReader {
  readonly read: Read;
  readonly version: 1 | 2;
}

/** The tree with a controller whose files are there: on v2 it may not have been enabled for the group. */
export function findReader(directories: readonly GroupDirectory[], files: CgroupFiles) {
  return (v1: string, v2: string, probe: string): ControllerReader | undefined => {
    const found = directories.find(({ hierarchy }) =>
      hierarchy.controllers.includes(hierarchy.version === 1 ? v1 : v2),
    );
    if (found === undefined) return undefined;
    const { version } = found.hierarchy;
    const read: Read = (file) => readOptional(`${found.directory}/${file}`, files);
    return version === 2 && read(probe) === undefined ? undefined : { read, version };
  };
}

/** Those of what a group counts; the processor's time has a controller of its own on v1. */
export function findReaders(directories: readonly GroupDirectory[], files: CgroupFiles) {
  const find = findReader(directories, files);
  return {
    memory: find('memory', 'memory', 'memory.current'),
    pids: find('pids', 'pids', 'pids.current'),
    io: find('blkio', 'io', 'io.stat'),
    account: find('cpuacct', 'cpu', 'cpu.stat'),
    cpu: find('cpu', 'cpu', 'cpu.stat'),
  };
}
