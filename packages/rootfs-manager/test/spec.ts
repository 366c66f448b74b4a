import type { Mount, Spec } from '@mini/contracts';

/** A Spec with the namespaces of a usual container and whatever a test gives. */
export function makeSpec(
  parts: Partial<Omit<Spec, 'linux'>> & { linux?: Partial<Spec['linux']> } = {},
): Spec {
  return {
    ociVersion: '1.2.0',
    root: { path: 'rootfs' },
    process: { user: { uid: 0, gid: 0 }, args: ['true'], cwd: '/' },
    ...parts,
    linux: {
      namespaces: (['pid', 'network', 'mount', 'ipc', 'uts', 'cgroup'] as const).map((type) => ({ type })),
      ...parts.linux,
    },
  };
}

export function withMounts(...mounts: readonly Mount[]): Spec {
  return makeSpec({ mounts });
}
