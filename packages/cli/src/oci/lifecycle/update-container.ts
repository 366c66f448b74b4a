import type { Resources, Spec } from '@mini/contracts';
import { ociError } from '../oci-error.js';
import { readContainerSpec, writeContainerSpec } from '../state/container-spec.js';
import type { Container } from '../state/find-container.js';
import { groupOf } from './pause-container.js';

/** Changes limits of a container. Returns what could not be set though nothing failed. Throws what `Cgroup.update` throws. */
export function updateContainer({ path, record, status }: Container, resources: Resources): string[] {
  if (status === 'stopped' || status === 'creating') {
    throw ociError(
      'container-not-running',
      `failed to update container "${record.id}": container not running`,
    );
  }
  // Device rules belong to the making of a container: no caller means to change them, and all send them along.
  const { devices: _, ...limits } = resources;
  const notes = groupOf(record, 'update').update(limits);
  writeContainerSpec(path, withLimits(readContainerSpec(path), limits));
  return notes;
}

function withLimits(spec: Spec, limits: Resources): Spec {
  const before = spec.linux.resources ?? {};
  const resources = { ...before } as Record<string, unknown>;
  for (const [part, given] of Object.entries(limits)) {
    const own = (before as Record<string, unknown>)[part];
    resources[part] =
      Array.isArray(given) || typeof given !== 'object' ? given : { ...(own as object), ...given };
  }
  return { ...spec, linux: { ...spec.linux, resources } };
}
