import { ociError } from '../oci-error.js';

/**
 * The control group of a container below the mount points. `cgroupsPath` has three forms: absolute; relative, which is
 * below `/mini-oci` as is a container without one; and systemd's `slice:prefix:name`, which means the group that systemd
 * would make for it. Throws `RuntimeError` `bad-cgroups-path` for a slice that is none. Source: OCI runtime-spec,
 * config-linux.md, "Cgroups Path".
 */
export function cgroupPathOf(cgroupsPath: string | undefined, id: string): string {
  if (cgroupsPath === undefined || cgroupsPath === '') return `/mini-oci/${id}`;
  const [, slice, prefix, name] = /^([^/:]*):([^/:]*):([^/:]+)$/.exec(cgroupsPath) ?? [];
  if (slice !== undefined) return unitPath(slice || 'system.slice', prefix!, name!);
  const path = cgroupsPath.startsWith('/') ? cgroupsPath : `/mini-oci/${cgroupsPath}`;
  return path.replace(/\/{2,}/g, '/').replace(/\/$/, '');
}

/** Source: systemd.slice(5), systemd.scope(5). */
function unitPath(slice: string, prefix: string, name: string): string {
  const unit = name.endsWith('.slice') ? name : `${prefix === '' ? '' : `${prefix}-`}${name}.scope`;
  return `${slicePath(slice)}/${unit}`;
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
