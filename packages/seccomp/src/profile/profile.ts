import type { CapabilityName, Seccomp, SeccompArchitecture, SeccompRule } from '@mini/contracts';

/** On what a rule depends: all capabilities and the version must be there, and one of the architectures. */
export interface ProfileCondition {
  readonly caps?: readonly string[];
  /** `amd64`, `arm64`, `x86`, … as libseccomp names architectures in Go. */
  readonly arches?: readonly string[];
  /** `4.8`: this kernel or a newer one. */
  readonly minKernel?: string;
}

/** A rule with conditions. */
export interface ProfileRule extends Omit<SeccompRule, 'names'> {
  readonly names?: readonly string[];
  /** One name, as old profiles have it. */
  readonly name?: string;
  readonly includes?: ProfileCondition;
  readonly excludes?: ProfileCondition;
}

/**
 * A profile as Docker and podman take it: `linux.seccomp` of a Spec, which is one too, with conditions. Source: the
 * documentation of Docker Engine, "Seccomp security profiles for Docker".
 */
export interface SeccompProfile extends Omit<Seccomp, 'syscalls'> {
  /** In place of `architectures`: those that come with the machine's own. */
  readonly archMap?: readonly {
    readonly architecture: SeccompArchitecture;
    readonly subArchitectures?: readonly SeccompArchitecture[];
  }[];
  readonly syscalls?: readonly ProfileRule[];
}

/** What a profile's conditions are held against. */
export interface ProfileFacts {
  readonly capabilities: readonly CapabilityName[];
  /** As `process.arch` names it. */
  readonly machine: string;
  /** `6.1.0-13-amd64`, as `os.release()` gives it. */
  readonly kernelRelease: string;
}
