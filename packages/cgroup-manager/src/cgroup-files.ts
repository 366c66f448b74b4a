import * as fs from 'node:fs';

/**
 * The file calls that this package makes, all synchronous. Handed in, so that tests can stand for the kernel,
 * which fills a new directory with files and refuses values. They throw as `node:fs` does.
 */
export interface CgroupFiles {
  makeDirectory(path: string): void;
  removeDirectory(path: string): void;
  /** Names of the directories in `path`. */
  listDirectories(path: string): string[];
  exists(path: string): boolean;
  read(path: string): string;
  /** Opens an existing file for writing, never making it. */
  openForWriting(path: string): number;
  openDirectory(path: string): number;
  write(fd: number, value: string): void;
  close(fd: number): void;
}

/** The real file system. */
export const kernelFiles: CgroupFiles = {
  makeDirectory: (path) => {
    fs.mkdirSync(path, 0o755);
  },
  removeDirectory: (path) => fs.rmdirSync(path),
  listDirectories: (path) =>
    fs
      .readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name),
  exists: (path) => fs.existsSync(path),
  read: (path) => fs.readFileSync(path, 'utf8'),
  openForWriting: (path) => fs.openSync(path, fs.constants.O_WRONLY),
  openDirectory: (path) => fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_DIRECTORY),
  write: (fd, value) => {
    fs.writeSync(fd, value);
  },
  close: (fd) => fs.closeSync(fd),
};
