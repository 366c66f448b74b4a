import { existsSync, readFileSync } from 'node:fs';
import { CAPABILITIES } from '@mini/contracts';
import {
  SECCOMP_ACTIONS,
  SECCOMP_ARCHITECTURES,
  SECCOMP_FLAGS,
  SECCOMP_OPERATORS,
} from '@mini/contracts/validation';
import { listMountOptions } from '@mini/rootfs-manager';
import { MEMORY_POLICY_FLAGS, MEMORY_POLICY_MODES, OCI_VERSION } from '@mini/runtime-core';
import { selectSupportedFlags } from '@mini/seccomp';
import { readVersion } from '../commands/version.js';
import { hasAppArmor, hasSelinux } from './lifecycle/fit-labels.js';
import { PROPERTY_PREFIX } from './systemd/annotated-properties.js';

/** What mini-oci does, and what of it this kernel has. */
export function describeFeatures() {
  return {
    ociVersionMin: '1.0.0',
    ociVersionMax: OCI_VERSION,
    hooks: ['prestart', 'createRuntime', 'createContainer', 'startContainer', 'poststart', 'poststop'],
    mountOptions: listMountOptions(),
    linux: {
      namespaces: ['cgroup', 'ipc', 'mount', 'network', 'pid', 'time', 'user', 'uts'].filter(hasNamespace),
      capabilities: CAPABILITIES,
      cgroup: { v1: true, v2: true, systemd: true, systemdUser: false, rdma: hasController('rdma') },
      seccomp: {
        enabled: existsSync('/proc/sys/kernel/seccomp'),
        actions: SECCOMP_ACTIONS,
        operators: SECCOMP_OPERATORS,
        archs: SECCOMP_ARCHITECTURES,
        knownFlags: SECCOMP_FLAGS,
        supportedFlags: selectSupportedFlags(SECCOMP_FLAGS),
      },
      apparmor: { enabled: hasAppArmor() },
      selinux: { enabled: hasSelinux() },
      intelRdt: { enabled: false },
      memoryPolicy: { modes: MEMORY_POLICY_MODES, flags: MEMORY_POLICY_FLAGS },
      mountExtensions: { idmap: { enabled: true } },
      netDevices: { enabled: true },
    },
    annotations: { 'io.mini.version': readVersion() },
    // All that begins with it; obeyed with `--systemd-cgroup`.
    potentiallyUnsafeConfigAnnotations: [PROPERTY_PREFIX],
  };
}

/** The kernel's name for it in /proc. */
function hasNamespace(type: string): boolean {
  const file = { mount: 'mnt', network: 'net' }[type] ?? type;
  return existsSync(`/proc/self/ns/${file}`);
}

function hasController(name: string): boolean {
  return readFileSync('/proc/cgroups', 'utf8')
    .split('\n')
    .some((line) => line.startsWith(`${name}\t`));
}
