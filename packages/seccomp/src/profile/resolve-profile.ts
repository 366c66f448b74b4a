import type { Seccomp, SeccompArchitecture, SeccompRule } from '@mini/contracts';
import { architecturesOf } from '../architectures.js';
import { badProfile } from '../errors.js';
import type { ProfileCondition, ProfileFacts, ProfileRule, SeccompProfile } from './profile.js';

/** Names of architectures in conditions. */
const GO_NAME: Readonly<Record<string, string>> = { x64: 'amd64', ia32: 'x86', ppc64: 'ppc64le' };

/**
 * `linux.seccomp` from a profile with conditions. A pure function. Throws `RuntimeError` `bad-seccomp` where the profile
 * says a thing twice.
 */
export function resolveProfile(profile: SeccompProfile, facts: ProfileFacts): Seccomp {
  const { archMap, syscalls = [], ...rest } = profile;
  if (archMap !== undefined && profile.architectures !== undefined) {
    throw badProfile(['architectures and archMap exclude each other']);
  }
  const twice = syscalls.findIndex(({ name, names }) => name !== undefined && names !== undefined);
  if (twice !== -1) throw badProfile([`syscalls[${twice}].name and .names exclude each other`]);
  const architectures = archMap === undefined ? profile.architectures : findArchitectures(archMap, facts);
  return {
    ...rest,
    ...(architectures === undefined ? {} : { architectures }),
    syscalls: syscalls.filter((rule) => applies(rule, facts)).map(withoutConditions),
  };
}

/** A map that does not know the machine leaves it its own architecture. */
function findArchitectures(
  archMap: NonNullable<SeccompProfile['archMap']>,
  { machine }: ProfileFacts,
): readonly SeccompArchitecture[] {
  const [own] = architecturesOf(machine);
  const found = archMap.find(({ architecture }) => architecture === own);
  return found === undefined ? [] : [found.architecture, ...(found.subArchitectures ?? [])];
}

function applies({ includes = {}, excludes = {} }: ProfileRule, facts: ProfileFacts): boolean {
  return includesAll(includes, facts) && !excludesAny(excludes, facts);
}

function includesAll({ caps = [], arches = [], minKernel }: ProfileCondition, facts: ProfileFacts): boolean {
  return (
    caps.every((name) => holds(facts, name)) &&
    (arches.length === 0 || arches.includes(machineName(facts))) &&
    (minKernel === undefined || isAtLeast(facts.kernelRelease, minKernel))
  );
}

function excludesAny({ caps = [], arches = [], minKernel }: ProfileCondition, facts: ProfileFacts): boolean {
  return (
    caps.some((name) => holds(facts, name)) ||
    arches.includes(machineName(facts)) ||
    (minKernel !== undefined && isAtLeast(facts.kernelRelease, minKernel))
  );
}

function holds({ capabilities }: ProfileFacts, name: string): boolean {
  return (capabilities as readonly string[]).includes(name);
}

function machineName({ machine }: ProfileFacts): string {
  return GO_NAME[machine] ?? machine;
}

function isAtLeast(release: string, least: string): boolean {
  const [major = 0, minor = 0] = release.split(/[.-]/).map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function withoutConditions(rule: ProfileRule): SeccompRule {
  const { name, names = name === undefined ? [] : [name], action, errnoRet, args } = rule;
  return {
    names,
    action,
    ...(errnoRet === undefined ? {} : { errnoRet }),
    ...(args === undefined || args.length === 0 ? {} : { args }),
  };
}
