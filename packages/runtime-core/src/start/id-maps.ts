import { writeFileSync } from 'node:fs';
import { type IdMapping, type MonitorStep, RuntimeError, reasonOf } from '@mini/contracts';

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

/** What `writeIdMaps` does, as steps for a monitor that starts the container again. */
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
export function writeIdMaps(
  pid: number,
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
  privileged: boolean,
): void {
  for (const { file, content, field } of listMapFiles(uidMappings, gidMappings, privileged)) {
    writeProcFile(`/proc/${pid}/${file}`, content, field);
  }
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
