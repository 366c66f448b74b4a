import { statSync } from 'node:fs';
import type { Spec } from '@mini/contracts';
import { namespaceOfSysctl } from '@mini/contracts/validation';
import { ociError } from '../oci-error.js';

/** Files of /proc/self/ns by the types of config-linux.md that have settings of their own. */
const FILES: ReadonlyMap<string, string> = new Map([
  ['ipc', 'ipc'],
  ['network', 'net'],
  ['uts', 'uts'],
]);

/**
 * A namespace that is joined by its path may be our own: Docker has one for `--network host`. Its settings are the
 * machine's then. Throws `RuntimeError` `unsupported`.
 */
export function refuseMachineSysctls({ linux }: Spec): void {
  for (const name of Object.keys(linux.sysctl ?? {})) {
    const type = namespaceOfSysctl(name);
    const path = linux.namespaces.find((namespace) => namespace.type === type)?.path;
    if (path === undefined || !isOurs(path, FILES.get(type ?? ''))) continue;
    throw ociError(
      'unsupported',
      `failed to create the container: "${name}" would change the machine, whose ${type} namespace is joined (linux.sysctl)`,
    );
  }
}

/** What is not there, whoever joins it reports. */
function isOurs(path: string, file: string | undefined): boolean {
  if (file === undefined) return false;
  const theirs = statSync(path, { throwIfNoEntry: false });
  const ours = statSync(`/proc/self/ns/${file}`);
  return theirs?.ino === ours.ino && theirs.dev === ours.dev;
}
