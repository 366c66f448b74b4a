import { readFileSync } from 'node:fs';
import type { DeviceRule, Kernel } from '@mini/contracts';
import type { CgroupFiles } from '../cgroup-files.js';
import { wrapError } from '../errors.js';
import { compileDeviceProgram } from './compile-device-program.js';

const FIELD = 'linux.resources.devices';
const EPERM = 1;

/** The part of the `Kernel` that holds devices on v2. */
export type DeviceKernel = Pick<Kernel, 'attachDeviceProgram'>;

/**
 * Holds the group in `directory` of a v2 tree to device rules, which have no file there but a program. Returns a note when
 * that is not possible: nobody to attach it, or a user namespace, which the kernel keeps from devices by itself. Throws
 * `RuntimeError` `cgroup-write`.
 */
export function attachDeviceRules(
  rules: readonly DeviceRule[],
  directory: string,
  files: CgroupFiles,
  kernel: DeviceKernel | undefined,
): string[] {
  if (rules.length === 0) return [];
  if (kernel === undefined) return [`${FIELD} was discarded: there is no kernel to attach a device program`];
  const fd = files.openDirectory(directory);
  try {
    kernel.attachDeviceProgram(fd, compileDeviceProgram(rules));
    return [];
  } catch (error) {
    const { errno } = (error as { context?: { errno?: number } }).context ?? {};
    if (errno === EPERM && isInUserNamespace()) {
      return [`${FIELD} was discarded: device rules on cgroup v2 need CAP_BPF on the machine`];
    }
    throw wrapError('cgroup-write', `failed to attach the device rules (${FIELD})`, error, {
      field: FIELD,
      path: directory,
    });
  } finally {
    files.close(fd);
  }
}

/** Whether ids are mapped, or we are not root to begin with. Source: user_namespaces(7). */
function isInUserNamespace(): boolean {
  const [inside, outside, count] = readFileSync('/proc/self/uid_map', 'utf8').trim().split(/\s+/).map(Number);
  return process.geteuid?.() !== 0 || inside !== 0 || outside !== 0 || count !== 2 ** 32 - 1;
}
