import { accessSync, closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Programs that the lane runs on the host. */
export interface VmPrograms {
  readonly qemu: string;
  readonly virtiofsd: string;
  readonly busybox: string;
}

const virtiofsdPaths = ['/usr/lib/qemu/virtiofsd', '/usr/libexec/virtiofsd', '/usr/lib/virtiofsd'];
const neededPrograms = ['modprobe', 'depmod', 'mkfs.ext4', 'unshare', 'setpriv'];

/** The programs, or the reason why this machine has no lane, in words that fit after `skip vm: `. */
export function findVmPrograms(env: NodeJS.ProcessEnv = process.env): VmPrograms | string {
  if (process.arch !== 'x64') return `this machine is ${process.arch}, the lane is made for x64`;
  const qemu = findProgram('qemu-system-x86_64', env);
  if (qemu === undefined) return 'qemu-system-x86_64 is missing';
  const virtiofsd = virtiofsdPaths.find(isExecutable) ?? findProgram('virtiofsd', env);
  if (virtiofsd === undefined) return 'virtiofsd is missing';
  const busybox = findProgram('busybox', env);
  if (busybox === undefined) return 'busybox is missing';
  const missing = neededPrograms.find((name) => findProgram(name, env) === undefined);
  if (missing !== undefined) return `${missing} is missing`;
  if (process.geteuid?.() !== 0) return 'root is needed to share the files of this machine with the guest';
  return { qemu, virtiofsd, busybox };
}

/** `kvm` where the processor really offers it: a /dev/kvm without vmx or svm is a nested imitation. */
export function findAccelerator(env: NodeJS.ProcessEnv = process.env): 'kvm' | 'tcg' {
  if (env.MINI_VM_ACCEL === 'kvm' || env.MINI_VM_ACCEL === 'tcg') return env.MINI_VM_ACCEL;
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'))) return 'tcg';
  if (!existsSync('/dev/kvm')) return 'tcg';
  try {
    closeSync(openSync('/dev/kvm', constants.O_RDWR));
    return 'kvm';
  } catch {
    return 'tcg';
  }
}

function findProgram(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const directories = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
