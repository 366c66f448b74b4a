import { writeFileSync } from 'node:fs';
import { type IdMapping, type Kernel, type MonitorStep, RuntimeError, reasonOf } from '@mini/contracts';

interface ProcFile {
  readonly file: string;
  readonly content: string;
  readonly field: string;
}

/** Groups can only be mapped by an ordinary user once setgroups(2) is denied. Source: user_namespaces(7). */
function listMapFiles(
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
  privileged: boolean,
): ProcFile[] {
  return [
    ...(privileged ? [] : [{ file: 'setgroups', content: 'deny', field: 'linux.gidMappings' }]),
    { file: 'uid_map', content: formatMap(uidMappings), field: 'linux.uidMappings' },
    { file: 'gid_map', content: formatMap(gidMappings), field: 'linux.gidMappings' },
  ];
}

/** What `writeMapFiles` does, as steps for a monitor that starts the container again. */
export function compileIdMaps(
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
  privileged: boolean,
): MonitorStep[] {
  if (uidMappings.length === 0 && gidMappings.length === 0) return [];
  return listMapFiles(uidMappings, gidMappings, privileged).map(({ file, content }) => ({
    op: 'write_map',
    file,
    value: content,
  }));
}

/** Writes the id maps of a process in a new user namespace, as its parent. Throws `RuntimeError` `id-map-denied`. */
export function writeMapFiles(
  pid: number,
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
  privileged: boolean,
): void {
  for (const { file, content, field } of listMapFiles(uidMappings, gidMappings, privileged)) {
    writeProcFile(`/proc/${pid}/${file}`, content, field);
  }
}

/**
 * The same for whoever calls: where an ordinary user maps more than the one own user and group, newuidmap(1) and newgidmap(1)
 * write, which are loaded then alone. Throws, or rejects with, `RuntimeError` `id-map-denied`.
 */
export function writeIdMaps(
  kernel: Pick<Kernel, 'readXattrs'>,
  pid: number,
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
  caller: { readonly uid: number; readonly gid: number },
): void | Promise<void> {
  if (caller.uid !== 0 && needsPrograms(uidMappings, gidMappings, caller)) {
    return import('../subordinate-ids/write-subordinate-maps.js').then(({ writeSubordinateMaps }) =>
      writeSubordinateMaps(kernel, pid, uidMappings, gidMappings),
    );
  }
  writeMapFiles(pid, uidMappings, gidMappings, caller.uid === 0);
}

/** Whether these are more than an ordinary user may map by a write of the own. Source: user_namespaces(7). */
export function needsPrograms(
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
  { uid, gid }: { readonly uid: number; readonly gid: number },
): boolean {
  return !isAlone(uidMappings, uid) || !isAlone(gidMappings, gid);
}

function isAlone([first, ...others]: readonly IdMapping[], id: number): boolean {
  return others.length === 0 && first?.hostID === id && first.size === 1;
}

function formatMap(mappings: readonly IdMapping[]): string {
  return mappings.map(({ containerID, hostID, size }) => `${containerID} ${hostID} ${size}\n`).join('');
}

function writeProcFile(path: string, content: string, field: string): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new RuntimeError({
      code: 'id-map-denied',
      message: `failed to write ${JSON.stringify(content.trim())} to "${path}" (${field}): ${reasonOf(error)}`,
      cause: error,
      context: { field },
    });
  }
}
