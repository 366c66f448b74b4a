import type { SeccompArchitecture } from '@mini/contracts';
import type { Library } from './library.js';

/** The architectures whose calls a kernel for this one takes too. Source: the kernel's compat layers. */
const OF_MACHINE: Readonly<Record<string, readonly SeccompArchitecture[]>> = {
  x64: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
  arm64: ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM'],
  arm: ['SCMP_ARCH_ARM'],
  ia32: ['SCMP_ARCH_X86'],
  ppc64: ['SCMP_ARCH_PPC64LE'],
  riscv64: ['SCMP_ARCH_RISCV64'],
  s390x: ['SCMP_ARCH_S390X', 'SCMP_ARCH_S390'],
};

/** Machines that a compiled default filter is shipped for, as `process.arch` names them. */
export const SHIPPED_MACHINES = ['x64', 'arm64'] as const;

/** All architectures of a machine, its own first; `machine` as `process.arch` names it. */
export function architecturesOf(machine: string): readonly SeccompArchitecture[] {
  return OF_MACHINE[machine] ?? [];
}

/** `SCMP_ARCH_X86_64` ▶ `x86_64`, libseccomp's own name. */
export function libraryName(architecture: string): string {
  return architecture.slice('SCMP_ARCH_'.length).toLowerCase();
}

/** Whether this libseccomp can make filters for it. */
export function isKnownArchitecture(library: Library, architecture: string): boolean {
  if (!architecture.startsWith('SCMP_ARCH_')) return false;
  try {
    library.resolveNumber(libraryName(architecture), 'read');
    return true;
  } catch {
    return false;
  }
}

/** AUDIT_ARCH_ values, by which the kernel tells a filter whose numbers it sees. Source: linux/audit.h. */
export const AUDIT_ARCH: Readonly<Record<string, number>> = {
  SCMP_ARCH_X86_64: 0xc000003e,
  SCMP_ARCH_X86: 0x40000003,
  SCMP_ARCH_X32: 0xc000003e,
  SCMP_ARCH_AARCH64: 0xc00000b7,
  SCMP_ARCH_ARM: 0x40000028,
  SCMP_ARCH_PPC64LE: 0xc0000015,
  SCMP_ARCH_RISCV64: 0xc00000f3,
  SCMP_ARCH_S390X: 0x80000016,
  SCMP_ARCH_S390: 0x00000016,
};
