import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { toolsRoot } from '../workspace.js';
import { type CpioFile, encodeCpio } from './cpio.js';
import type { VmKernel } from './kernel.js';

const moduleNames = 'virtio_pci virtiofs overlay virtio_blk ext4 virtio_console virtio-rng fuse tun'.split(
  ' ',
);

const decompressors: Readonly<Record<string, string>> = { '.xz': 'xz', '.zst': 'zstd' };

/**
 * The part of the initramfs that does not depend on the job: busybox, modules, the scripts. Uncompressed,
 * because decompressing takes longer in the emulated machine than reading.
 */
export async function provideInitramfs(
  cacheDirectory: string,
  kernel: VmKernel,
  busybox: string,
): Promise<Buffer> {
  const scripts = readScripts();
  const hash = createHash('sha256').update(readFileSync(busybox)).update(moduleNames.join());
  for (const { data } of scripts) hash.update(data);
  const path = join(cacheDirectory, `initramfs-${kernel.version}-${hash.digest('hex').slice(0, 16)}.cpio`);
  if (existsSync(path)) return readFileSync(path);
  const archive = encodeCpio([
    { path: 'bin/busybox', mode: 0o755, data: readFileSync(busybox) },
    ...scripts,
    ...(await readModules(kernel)),
  ]);
  mkdirSync(cacheDirectory, { recursive: true });
  const scratch = `${path}.${process.pid}`;
  writeFileSync(scratch, archive);
  renameSync(scratch, path);
  return archive;
}

function readScripts(): CpioFile[] {
  const read = (name: string) => readFileSync(join(toolsRoot, 'src/vm', name));
  return [
    { path: 'init', mode: 0o755, data: read('guest-init.sh') },
    { path: 'guest-run.sh', mode: 0o755, data: read('guest-run.sh') },
  ];
}

async function readModules(kernel: VmKernel): Promise<CpioFile[]> {
  const { stdout } = await execa('modprobe', [
    ...['-d', kernel.modulesRoot, '-S', kernel.version],
    ...['--show-depends', '-a', ...moduleNames],
  ]);
  const files: CpioFile[] = [];
  for (const [index, path] of parseModulePaths(stdout).entries()) {
    // Numbered, so that a shell's pattern lists them in the order in which they must be loaded.
    const name = `${String(index).padStart(2, '0')}-${basename(path).replace(/\.ko\..*$/, '.ko')}`;
    files.push({ path: `modules/${name}`, mode: 0o644, data: await readModule(path) });
  }
  return files;
}

/** Paths of `insmod` lines of `modprobe --show-depends`, each once, in loading order. */
export function parseModulePaths(output: string): string[] {
  const paths = [...output.matchAll(/^insmod (\S+)/gm)].map((match) => match[1]!);
  return [...new Set(paths)];
}

async function readModule(path: string): Promise<Uint8Array> {
  const extension = /\.ko(\.\w+)?$/.exec(path)?.[1] ?? '';
  if (extension === '') return readFileSync(path);
  if (extension === '.gz') return gunzipSync(readFileSync(path));
  const { stdout } = await execa(decompressors[extension] ?? 'zstd', ['-dc', path], { encoding: 'buffer' });
  return stdout;
}
