import { join } from 'node:path';
import type { Engine } from '../engine.js';

/** An OCI image layout, which skopeo, podman and buildah read as `oci:DIRECTORY:NAME`. */
export function imageDirectory({ paths }: Pick<Engine, 'paths'>): string {
  return join(paths.dataDirectory, 'images');
}
