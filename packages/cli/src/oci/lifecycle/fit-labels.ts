import { existsSync, readFileSync } from 'node:fs';
import type { Linux, Process } from '@mini/contracts';
import { ociError } from '../oci-error.js';

/**
 * The process with the labels that this kernel can give it: "unconfined" is what every process is where there is no
 * AppArmor. Throws `RuntimeError` `unsupported` for a label that would not hold.
 */
export function fitLabels(process: Process): Process {
  const { apparmorProfile = '', selinuxLabel = '', ...rest } = process;
  if (apparmorProfile !== '' && apparmorProfile !== 'unconfined' && !hasAppArmor()) {
    throw noLabel('the process', 'process.apparmorProfile', 'AppArmor');
  }
  if (selinuxLabel !== '' && !hasSelinux()) {
    throw noLabel('the process', 'process.selinuxLabel', 'SELinux');
  }
  return {
    ...rest,
    ...(apparmorProfile !== '' && hasAppArmor() ? { apparmorProfile } : {}),
    ...(selinuxLabel === '' ? {} : { selinuxLabel }),
  };
}

/** Files that should be labelled and are not may be anybody's. Throws `RuntimeError` `unsupported`. */
export function checkMountLabel({ mountLabel = '' }: Linux): void {
  if (mountLabel !== '' && !hasSelinux()) throw noLabel('the mounts', 'linux.mountLabel', 'SELinux');
}

function noLabel(what: string, field: string, module: string): Error {
  return ociError('unsupported', `failed to label ${what}: this kernel has no ${module} (${field})`);
}

/** Source: apparmor(7). */
export function hasAppArmor(): boolean {
  return existsSync('/sys/module/apparmor/parameters/enabled') && readAppArmor() === 'Y';
}

function readAppArmor(): string {
  return readFileSync('/sys/module/apparmor/parameters/enabled', 'utf8').trim();
}

/** Whether SELinux has a policy: its file system is mounted then. */
export function hasSelinux(): boolean {
  return existsSync('/sys/fs/selinux/policyvers');
}
