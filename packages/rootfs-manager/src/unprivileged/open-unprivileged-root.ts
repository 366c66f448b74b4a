import { closeSync, existsSync } from 'node:fs';
import type { Step } from '@mini/contracts';
import { openDirectory } from '../open-directory.js';
import type { RootRequest } from '../open-root.js';
import { makeOverlayDirectories } from '../overlay-directories.js';
import { openOverlaySpace } from '../overlay-space.js';
import { overlayStep, realPathOf } from '../overlay-step.js';
import { compileUnprivilegedHost, listHostEntries } from './compile-unprivileged-host.js';

/** A root that the helper mounts, and a directory of the host that shows what will be in it. */
export interface UnprivilegedRoot {
  readonly fd: number;
  readonly steps: readonly Step[];
  readonly extraDirectory?: string;
}

/**
 * The root of a container whose starter has no CAP_SYS_ADMIN: only in the new user namespace can anything be mounted,
 * so the steps make what the parent makes otherwise. They name paths, for a descriptor of the parent's is of another
 * mount namespace, which the kernel does not take as a layer.
 */
export function openUnprivilegedRoot(
  request: RootRequest,
  containerDirectory: string,
  hidden: readonly string[],
): UnprivilegedRoot {
  if (request.kind === 'host') {
    return {
      fd: openDirectory('/'),
      steps: compileUnprivilegedHost(
        listHostEntries(),
        hidden.filter((path) => existsSync(path)),
      ),
    };
  }
  if (request.kind === 'overlay') return openOverlay(request.lowers, containerDirectory);
  const fd = openDirectory(request.path);
  // Recursive, because the kernel does not let a user namespace see below what the host has mounted over.
  return { fd, steps: [{ op: 'root_tree', source: realPathOf(fd), recursive: 1, origin: 'root.path' }] };
}

function openOverlay(lowers: readonly string[], containerDirectory: string): UnprivilegedRoot {
  const fds = lowers.map((path) => openDirectory(path));
  const [fd, ...others] = fds;
  const paths = fds.map(realPathOf);
  for (const other of others) closeSync(other);
  const { path, extraDirectory } = openOverlaySpace(undefined, containerDirectory);
  const { upper, work } = makeOverlayDirectories(path, lowers[0]!);
  // Whiteouts and opaque marks as user.overlay.*: trusted.* needs the host's CAP_SYS_ADMIN.
  const step = overlayStep({ lowers: paths, upper, work }, { options: ['userxattr'] });
  return { fd: fd!, steps: [step], ...(extraDirectory === undefined ? {} : { extraDirectory }) };
}
