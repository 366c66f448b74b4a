import { array } from '../describe/collections.js';
import { integer, uint32 } from '../describe/scalars.js';
import { type Infer, object } from '../describe/shape.js';

/** A range of ids of a user namespace or an idmapped mount. See user_namespaces(7). */
export const idMappingShape = object({
  /** The first id inside. */
  containerID: uint32,
  /** The first id outside. */
  hostID: uint32,
  /** Number of ids, at least 1. */
  size: integer(1, 2 ** 32 - 1),
});
export const idMappingsShape = array(idMappingShape);

export interface IdMapping extends Infer<typeof idMappingShape> {}
