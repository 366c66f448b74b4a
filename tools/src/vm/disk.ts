import { existsSync, mkdirSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';

const diskBytes = 8 * 1024 ** 3;

/** A sparse, empty ext4 file system, made once. */
export async function provideDisk(cacheDirectory: string): Promise<string> {
  const path = join(cacheDirectory, 'disk.ext4');
  if (existsSync(path)) return path;
  mkdirSync(cacheDirectory, { recursive: true });
  const scratch = `${path}.${process.pid}`;
  writeFileSync(scratch, '');
  truncateSync(scratch, diskBytes);
  await execa('mkfs.ext4', ['-q', '-F', '-O', '^has_journal', scratch], {
    env: { PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  renameSync(scratch, path);
  return path;
}
