import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { execa } from 'execa';

/** A kernel that the virtual machine can boot. */
export interface VmKernel {
  readonly version: string;
  readonly imagePath: string;
  /** The directory that holds `lib/modules/VERSION`. */
  readonly modulesRoot: string;
}

/** Made for virtual machines: small, and with virtiofs. By the `ID` of os-release(5). */
const kernelPackages: Readonly<Record<string, string>> = {
  debian: 'linux-image-cloud-amd64',
  ubuntu: 'linux-image-virtual',
};

/**
 * A kernel from the cache, else Debian's cloud kernel if it is installed, else one downloaded with apt and
 * unpacked into the cache. It is not installed: that would add a boot entry to the machine.
 * @returns undefined, with a line of explanation for `onSkip`, when there is none.
 */
export async function provideKernel(cacheDirectory: string): Promise<VmKernel | undefined> {
  const kernelCache = join(cacheDirectory, 'kernel');
  return findKernel(kernelCache) ?? findKernel('/', '-cloud-amd64') ?? (await downloadKernel(kernelCache));
}

/** The newest kernel under `root` whose image and modules are both there. */
export function findKernel(root: string, suffix = ''): VmKernel | undefined {
  const prefix = 'vmlinuz-';
  const boot = join(root, 'boot');
  const versions = existsSync(boot)
    ? readdirSync(boot)
        .filter((name) => name.startsWith(prefix) && name.endsWith(suffix))
        .map((name) => name.slice(prefix.length))
        .filter((version) => existsSync(join(root, 'lib/modules', version, 'modules.dep')))
        .sort(new Intl.Collator('en', { numeric: true }).compare)
    : [];
  const version = versions.at(-1);
  if (version === undefined) return undefined;
  return { version, imagePath: join(boot, prefix + version), modulesRoot: root };
}

async function downloadKernel(kernelCache: string): Promise<VmKernel | undefined> {
  const metaPackage = kernelPackages[readDistribution()];
  if (metaPackage === undefined) return undefined;
  mkdirSync(dirname(kernelCache), { recursive: true });
  const scratch = mkdtempSync(`${kernelCache}-`);
  try {
    const image = await findDependency(metaPackage, /^linux-image-[0-9]/);
    const modules = image && (await findDependency(image, /^linux-modules-[0-9]/));
    const packages = [image, modules].filter((name) => name !== undefined);
    if (packages.length === 0) return undefined;
    await execa('apt-get', ['-q', 'download', ...packages], { cwd: scratch });
    await unpackKernel(scratch);
    rmSync(kernelCache, { recursive: true, force: true });
    renameSync(scratch, kernelCache);
    return findKernel(kernelCache);
  } catch {
    return undefined;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function unpackKernel(directory: string): Promise<void> {
  for (const archive of readdirSync(directory).filter((name) => name.endsWith('.deb'))) {
    await execa('dpkg-deb', ['-x', archive, '.'], { cwd: directory });
    rmSync(join(directory, archive));
  }
  // Releases with a merged /usr pack the modules as usr/lib/modules.
  if (!existsSync(join(directory, 'lib'))) symlinkSync('usr/lib', join(directory, 'lib'));
  for (const version of readdirSync(join(directory, 'lib/modules'))) {
    await execa('depmod', ['-b', directory, version]);
  }
}

async function findDependency(packageName: string, pattern: RegExp): Promise<string | undefined> {
  const { stdout } = await execa('apt-cache', ['depends', '--important', packageName]);
  const names = stdout.split('\n').map((line) => line.replace(/^.*Depends: /, '').trim());
  return names.find((name) => name !== packageName && pattern.test(name));
}

function readDistribution(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '';
  return /^ID=["']?([a-z]+)/m.exec(text)?.[1] ?? '';
}
