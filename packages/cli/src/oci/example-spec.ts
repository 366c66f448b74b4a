import type { CapabilityName, Mount, NamespaceType, Spec } from '@mini/contracts';
import { DEFAULT_MASKED_PATHS, DEFAULT_READONLY_PATHS, defaultMounts } from '@mini/rootfs-manager';
import { OCI_VERSION } from '@mini/runtime-core';

const CAPABILITIES: readonly CapabilityName[] = ['CAP_AUDIT_WRITE', 'CAP_KILL', 'CAP_NET_BIND_SERVICE'];
const NAMESPACES: readonly NamespaceType[] = ['pid', 'network', 'ipc', 'uts', 'mount', 'cgroup'];

/** What `spec` writes: a shell in `rootfs`, for `caller` where that is an ordinary user. */
export function buildExampleSpec(caller?: { readonly uid: number; readonly gid: number }): Spec {
  return {
    ociVersion: OCI_VERSION,
    process: {
      terminal: true,
      user: { uid: 0, gid: 0 },
      args: ['sh'],
      env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'TERM=xterm'],
      cwd: '/',
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      rlimits: [{ type: 'RLIMIT_NOFILE', hard: 1024, soft: 1024 }],
      noNewPrivileges: true,
    },
    root: { path: 'rootfs', readonly: true },
    hostname: 'mini-oci',
    mounts: listMounts(caller !== undefined),
    linux: {
      ...(caller === undefined
        ? { resources: { devices: [{ allow: false, access: 'rwm' }] } }
        : mapsOf(caller)),
      namespaces: (caller === undefined ? NAMESPACES : (['user', ...NAMESPACES] as const)).map((type) => ({
        type,
      })),
      maskedPaths: DEFAULT_MASKED_PATHS,
      readonlyPaths: DEFAULT_READONLY_PATHS,
    },
  };
}

/** A namespace that maps one group has no `tty`. */
function listMounts(isRootless: boolean): Mount[] {
  return defaultMounts(isRootless ? { terminalGid: null } : {});
}

function mapsOf({ uid, gid }: { readonly uid: number; readonly gid: number }) {
  return {
    uidMappings: [{ containerID: 0, hostID: uid, size: 1 }],
    gidMappings: [{ containerID: 0, hostID: gid, size: 1 }],
  };
}
