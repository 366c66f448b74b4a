import { isInUserNamespace } from './caller.js';

/**
 * Where containers are kept when nobody says: /run/mini-oci for root, below XDG_RUNTIME_DIR for others, and for who is
 * root in a user namespace only, as rootless podman is.
 */
export function defaultRoot(env: Readonly<Record<string, string | undefined>>, uid: number): string {
  const runtime = env.XDG_RUNTIME_DIR;
  if (runtime?.startsWith('/') && (uid !== 0 || isInUserNamespace())) return `${runtime}/mini-oci`;
  return uid === 0 ? '/run/mini-oci' : `/tmp/mini-oci-${uid}`;
}
