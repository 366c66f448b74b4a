import type { CgroupFiles } from './cgroup-files.js';

/** What stood in control files before they were written. */
export class FormerLimits {
  readonly #texts = new Map<string, string>();
  readonly #files: CgroupFiles;

  constructor(files: CgroupFiles) {
    this.#files = files;
  }

  /** To be called before a file is written. One that cannot be read, as the lists of devices on v1, is left out. */
  keep(path: string): void {
    if (this.#texts.has(path)) return;
    try {
      this.#texts.set(path, this.#files.read(path));
    } catch {
      // The write says what is wrong with the file.
    }
  }

  /**
   * Writes everything back, the last first, for some limits bound others. Files with a line for each device take one line
   * at a time. Returns what the kernel refuses.
   */
  restore(): Error[] {
    return [...this.#texts].reverse().flatMap(([path, text]) => this.#restoreFile(path, text));
  }

  /** What stands there unchanged is left alone: the kernel does not take all that it shows (`cpu.weight` of an idle group). */
  #restoreFile(path: string, text: string): Error[] {
    const lines = text.split('\n').filter((line) => line !== '');
    try {
      if (this.#files.read(path) === text) return [];
      const fd = this.#files.openForWriting(path);
      try {
        for (const line of lines) this.#files.write(fd, line);
      } finally {
        this.#files.close(fd);
      }
      return [];
    } catch (error) {
      return [error as Error];
    }
  }
}
