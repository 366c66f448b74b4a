import { type IdMapping, type Kernel, RuntimeError } from '@mini/contracts';
import { findMapProgram, type MapProgramName, runMapProgram } from './map-programs.js';

/**
 * Has newuidmap(1) and newgidmap(1) write the maps of a process that an ordinary user may not write. Rejects with
 * `RuntimeError` `id-map-denied`.
 */
export async function writeSubordinateMaps(
  kernel: Pick<Kernel, 'readXattrs'>,
  pid: number,
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
): Promise<void> {
  const maps = [
    {
      path: find(kernel, 'newuidmap', 'linux.uidMappings'),
      mappings: uidMappings,
      field: 'linux.uidMappings',
    },
    {
      path: find(kernel, 'newgidmap', 'linux.gidMappings'),
      mappings: gidMappings,
      field: 'linux.gidMappings',
    },
  ];
  // Both have ended when one has failed: neither is to write to a process that another has become.
  const ends = await Promise.allSettled(
    maps.map(({ path, mappings, field }) => runMapProgram(path, pid, mappings, field)),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

function find(kernel: Pick<Kernel, 'readXattrs'>, name: MapProgramName, field: string): string {
  const program = findMapProgram(kernel, name);
  if ('path' in program) return program.path;
  throw new RuntimeError({
    code: 'id-map-denied',
    message: `failed to map several ids as an ordinary user (${field}): ${program.reason}`,
    context: { field, hint: program.hint },
  });
}
