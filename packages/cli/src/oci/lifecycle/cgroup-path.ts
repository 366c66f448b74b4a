import { ociError } from '../oci-error.js';

/**
 * The control group of a container below the mount points. `cgroupsPath` has three forms: absolute; relative, which is
 * below `/mini-oci` as is a container without one; and systemd's `slice:prefix:name`, which means the group that systemd
 * would make for it. Throws `RuntimeError` `bad-cgroups-path` for a slice that is none. Source: OCI runtime-spec,
 * config-linux.md, "Cgroups Path".
 */
export function cgroupPathOf(cgroupsPath: string | undefined, id: string): string {
  if (cgroupsPath === undefined || cgroupsPath === '') return `/mini-oci/${id}`;
  const unit = parseUnit(cgroupsPath);
  if (unit !== undefined) return unit.path;
  const path = cgroupsPath.startsWith('/') ? cgroupsPath : `/mini-oci/${cgroupsPath}`;
  return path.replace(/\/{2,}/g, '/').replace(/\/$/, '');
}

/** A unit of systemd, and where its group is. */
export interface CgroupUnit {
  readonly slice: string;
  readonly unit: string;
  readonly path: string;
}

/**
 * The scope that systemd is to make for a container; `system.slice:mini-oci:ID` without a word of the caller's. Throws
 * `RuntimeError` `bad-cgroups-path` for a path that is not in systemd's form, or names a slice, which has no processes.
 */
export function scopeOf(cgroupsPath: string | undefined, id: string): CgroupUnit {
  const unit = parseUnit(cgroupsPath || `:mini-oci:${id}`);
  if (unit?.unit.endsWith('.scope')) return unit;
  throw ociError(
    'bad-cgroups-path',
    `failed to use the cgroup path ${JSON.stringify(cgroupsPath)} (linux.cgroupsPath): expected cgroupsPath to be of format "slice:prefix:name" for systemd cgroups`,
  );
}

/** Source: systemd.slice(5), systemd.scope(5). */
function parseUnit(cgroupsPath: string): CgroupUnit | undefined {
  const [, slice, prefix, name] = /^([^/:]*):([^/:]*):([^/:]+)$/.exec(cgroupsPath) ?? [];
  if (slice === undefined || name === undefined) return undefined;
  const unit = name.endsWith('.slice') ? name : `${prefix === '' ? '' : `${prefix}-`}${name}.scope`;
  const above = slice || 'system.slice';
  return { slice: above, unit, path: `${slicePath(above)}/${unit}` };
}

/** `a-b.slice` lies in `a.slice`; `-.slice` is the root. */
function slicePath(slice: string): string {
  if (slice === '-.slice') return '';
  const name = /^([^-]+(?:-[^-]+)*)\.slice$/.exec(slice)?.[1];
  if (name === undefined) {
    throw ociError(
      'bad-cgroups-path',
      `failed to use the cgroup slice ${JSON.stringify(slice)} (linux.cgroupsPath): it is no name of a slice, such as "a-b.slice"`,
    );
  }
  const parts = name.split('-');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('-')}.slice`).join('');
}
