import { hasNamespace, type Rule, type SpecDraft } from './rule.js';

/** What a namespace of a type has of its own: exact names, or names with this beginning. */
const NAMESPACED: readonly (readonly [names: RegExp, type: string])[] = [
  [/^kernel\.(?:auto_msgmni|msgmax|msgmnb|msgmni|msg_next_id|sem|sem_next_id)$/, 'ipc'],
  [/^kernel\.(?:shmall|shmmax|shmmni|shm_next_id|shm_rmid_forced)$/, 'ipc'],
  [/^fs\.mqueue\./, 'ipc'],
  [/^net\./, 'network'],
  [/^kernel\.domainname$/, 'uts'],
];

/**
 * Segments of sysctl(8) names; interfaces bring ":" and "@" along. No empty segment and none of dots alone: the name
 * becomes a path below /proc/sys.
 */
const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9_:@.-]+$/;

/** `net/ipv4/conf/eth0.1/forwarding` ▶ its segments; `undefined` for what is no name. */
function splitName(name: string): string[] | undefined {
  const separator = /[./]/.exec(name)?.[0] ?? '.';
  const segments = name.split(separator);
  const isGood = segments.every((segment) => SEGMENT.test(segment) && !segment.split('/').includes('..'));
  return isGood ? segments : undefined;
}

/** The type of the namespaces that have this setting of their own; `undefined` when it belongs to none. */
export function namespaceOfSysctl(name: string): string | undefined {
  const dotted = splitName(name)?.join('.') ?? '';
  return NAMESPACED.find(([names]) => names.test(dotted))?.[1];
}

/** Only what belongs to a namespace of the container: the rest is the host's (config-linux.md, sysctl). */
export const checkSysctls: Rule<SpecDraft> = (spec, findings) => {
  for (const name of Object.keys(spec.linux?.sysctl ?? {})) {
    const path = ['linux', 'sysctl', [name] as const];
    const segments = splitName(name);
    const type = namespaceOfSysctl(name);
    if (segments === undefined) findings.addAt(path, 'it is not the name of a kernel setting');
    else if (segments.join('.') === 'kernel.hostname') findings.addAt(path, 'the field "hostname" sets it');
    else if (type === undefined) findings.addAt(path, 'it belongs to no namespace: it would change the host');
    else if (!hasNamespace(spec, type)) findings.addAt(path, `it needs a namespace of type "${type}"`);
  }
};
