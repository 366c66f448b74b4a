import { posix } from 'node:path';
import { type IdMapping, MS, type Spec } from '@mini/contracts';
import { isBind, isIdMapped } from './compile-mounts.js';
import { parseMountOptions } from './mount-options.js';

/** A bind whose tree the parent has to clone, because the helper could not any more. */
export interface PassedBind {
  /** Of the mount in the Spec. */
  readonly index: number;
  readonly source: string;
  readonly recursive: boolean;
  /** Below the source, to be looked up within that. */
  readonly subdirectory?: string;
  /** Maps for the owners; the kernel takes them from a user namespace. */
  readonly idMap?: {
    readonly uidMappings: readonly IdMapping[];
    readonly gidMappings: readonly IdMapping[];
    readonly recursive: boolean;
  };
}

/** Whether the helper will have no rights over what is the host's: then the root is passed to it too. */
export function hasUsers({ linux }: Spec): boolean {
  return linux.namespaces.some(({ type }) => type === 'user');
}

/**
 * The binds of a Spec that share their mounts with the host's, which are cut off from it in the helper's namespace; those
 * with id maps, which take privileges over the host's file system; and in a user namespace all. Relative sources start from `baseDirectory`.
 */
export function listPassedBinds(spec: Spec, baseDirectory: string): PassedBind[] {
  return (spec.mounts ?? []).flatMap((mount, index) => {
    const options = parseMountOptions(mount.options ?? []);
    if (!isBind({ mount, options }) || options.remount) return [];
    const idMap = isIdMapped({ mount, options })
      ? {
          uidMappings: mount.uidMappings ?? spec.linux.uidMappings ?? [],
          gidMappings: mount.gidMappings ?? spec.linux.gidMappings ?? [],
          recursive: options.idmapRecursive,
        }
      : undefined;
    if (idMap === undefined && options.propagation !== MS.SHARED && !hasUsers(spec)) return [];
    const source = posix.resolve(baseDirectory, mount.source ?? '');
    const recursive = options.recursive || mount.type === 'rbind';
    const { subdirectory } = options;
    return [
      {
        index,
        source,
        recursive,
        ...(subdirectory === undefined ? {} : { subdirectory }),
        ...(idMap === undefined ? {} : { idMap }),
      },
    ];
  });
}
