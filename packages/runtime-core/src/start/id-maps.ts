import { writeFileSync } from 'node:fs';
import { type IdMapping, RuntimeError, reasonOf } from '@mini/contracts';

/**
 * Writes the id maps of a process in a new user namespace, as its parent. Groups can only be mapped by an ordinary user
 * once setgroups(2) is denied. Source: user_namespaces(7). Throws `RuntimeError` `id-map-denied`.
 */
export function writeIdMaps(
  pid: number,
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
  privileged: boolean,
): void {
  if (!privileged) writeProcFile(`/proc/${pid}/setgroups`, 'deny', 'linux.gidMappings');
  writeProcFile(`/proc/${pid}/uid_map`, formatMap(uidMappings), 'linux.uidMappings');
  writeProcFile(`/proc/${pid}/gid_map`, formatMap(gidMappings), 'linux.gidMappings');
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
