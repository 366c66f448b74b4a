import { array } from '../describe/collections.js';
import { string } from '../describe/scalars.js';
import { type Infer, object, optional } from '../describe/shape.js';
import { idMappingsShape } from './id-mappings.js';
import { nonEmpty } from './strings.js';

/** config.md, mounts. */
export const mountShape = object({
  /** A path inside the container; one without "/" at its start (since 1.2) is relative to "/". */
  destination: nonEmpty,
  /** A file system of /proc/filesystems; a dummy for bind mounts. */
  type: optional(string),
  /** For bind mounts a path of the host, absolute or relative to the bundle. */
  source: optional(string),
  /** Options of mount(8), and what else config.md lists; unknown ones belong to the file system, empty ones to nobody. */
  options: optional(array(string)),
  /** Ids of an idmapped mount, see mount_setattr(2); both lists or neither. */
  uidMappings: optional(idMappingsShape),
  gidMappings: optional(idMappingsShape),
});

export interface Mount extends Infer<typeof mountShape> {}
