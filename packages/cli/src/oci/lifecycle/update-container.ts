import type { Kernel, Resources, Spec } from '@mini/contracts';
import { ociError } from '../oci-error.js';
import { readContainerSpec, writeContainerSpec } from '../state/container-spec.js';
import type { Container } from '../state/find-container.js';
import { groupOf } from './pause-container.js';

/**
 * Changes limits of a container. Returns what could not be set though nothing failed. Throws what `Cgroup.update` throws, and
 * `RuntimeError` `systemd-failed`.
 */
export async function updateContainer(
  kernel: Kernel,
  { path, record, status }: Container,
  resources: Resources,
): Promise<string[]> {
  if (status === 'stopped' || status === 'creating') {
    throw ociError(
      'container-not-running',
      `failed to update container "${record.id}": container not running`,
    );
  }
  // Device rules belong to the making of a container: no caller means to change them, and all send them along.
  const { devices: _, ...limits } = resources;
  const group = groupOf(record, 'update');
  const updated = withLimits(readContainerSpec(path), limits);
  const writes = group.compileUpdate(limits);
  const notes = group.update(limits);
  if (record.unit !== undefined) {
    const { setScopeLimits } = await import('../systemd/container-scope.js');
    const { period } = updated.linux.resources?.cpu ?? {};
    setScopeLimits(kernel, record.unit, writes, period || undefined);
    // It has written them, too, and rounded some.
    group.update(limits);
  }
  writeContainerSpec(path, updated);
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
