import { closeSync, existsSync, readlinkSync } from 'node:fs';
import type { Step } from '@mini/contracts';
import { openDirectory } from '../open-directory.js';
import type { RootRequest } from '../open-root.js';
import { makeOverlayDirectories } from '../overlay-directories.js';
import { openOverlaySpace } from '../overlay-space.js';
import { compileUnprivilegedHost, listHostEntries } from './compile-unprivileged-host.js';

/** A root that the helper mounts, and a directory of the host that shows what will be in it. */
export interface UnprivilegedRoot {
  readonly fd: number;
  readonly steps: readonly Step[];
  readonly extraDirectory?: string;
}

/** fsconfig(2) takes no string of 256 bytes or more. */
const MAX_OPTION_BYTES = 255;

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
  return { fd, steps: [{ op: 'root_tree', source: realPath(fd), recursive: 1, origin: 'root.path' }] };
}

function openOverlay(lowers: readonly string[], containerDirectory: string): UnprivilegedRoot {
  const fds = lowers.map((path) => openDirectory(path));
  const [fd, ...others] = fds;
  const paths = fds.map(realPath);
  for (const other of others) closeSync(other);
  const { path, extraDirectory } = openOverlaySpace(undefined, containerDirectory);
  const { upper, work } = makeOverlayDirectories(path, lowers[0]!);
  const step: Step = {
    op: 'root_fs',
    fstype: 'overlay',
    source: 'overlay',
    options: [
      ...lowerOptions(paths),
      `upperdir=${escapeBackslash(upper)}`,
      `workdir=${escapeBackslash(work)}`,
      // Whiteouts and opaque marks as user.overlay.*: trusted.* needs the host's CAP_SYS_ADMIN.
      'userxattr',
    ],
    attributes: 0,
    origin: 'root.path',
  };
  return { fd: fd!, steps: [step], ...(extraDirectory === undefined ? {} : { extraDirectory }) };
}

/** In a list a colon separates; `lowerdir+` (Linux 6.7) takes one path as it is. */
export function lowerOptions(paths: readonly string[]): string[] {
  const joined = paths.map((path) => escapeBackslash(path).replaceAll(':', '\\:')).join(':');
  if (Buffer.byteLength(joined) <= MAX_OPTION_BYTES) return [`lowerdir=${joined}`];
  return paths.map((path) => `lowerdir+=${path}`);
}

function escapeBackslash(path: string): string {
  return path.replaceAll('\\', '\\\\');
}

/** Absolute, and what was opened rather than what the name means by now. */
function realPath(fd: number): string {
  return readlinkSync(`/proc/self/fd/${fd}`);
}
