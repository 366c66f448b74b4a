import { ociError } from '../oci-error.js';

/**
 * The control group of a container below the mount points. `cgroupsPath` has three forms: absolute; relative, which is
 * below `/mini-oci` as is a container without one; and systemd's `slice:prefix:name`. Throws `RuntimeError`
 * `unsupported` for the last. Source: OCI runtime-spec, config-linux.md, "Cgroups Path".
 */
export function cgroupPathOf(cgroupsPath: string | undefined, id: string): string {
  if (cgroupsPath === undefined || cgroupsPath === '') return `/mini-oci/${id}`;
  if (/^[^/]*:[^/]*:[^/]*$/.test(cgroupsPath)) {
    throw ociError(
      'unsupported',
      `failed to use the cgroup ${JSON.stringify(cgroupsPath)} (linux.cgroupsPath): it is a slice of systemd, which cannot be asked`,
      {
        hint: 'have the caller use the cgroup manager "cgroupfs"',
      },
    );
  }
  const path = cgroupsPath.startsWith('/') ? cgroupsPath : `/mini-oci/${cgroupsPath}`;
  return path.replace(/\/{2,}/g, '/').replace(/\/$/, '');
}
