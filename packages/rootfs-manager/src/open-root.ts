import { closeSync } from 'node:fs';
import { HELPER_FD, type Kernel, MS, type Step } from '@mini/contracts';
import { rootfsError } from './errors.js';
import { describeHostRoot } from './host/describe-host-root.js';
import { mountHostLayers } from './host/open-host-root.js';
import { mountOverlay } from './mount-overlay.js';
import { errnoReason, openDirectory, pathOfFd, withFds } from './open-directory.js';
import { makeOverlayDirectories } from './overlay-directories.js';
import { type OverlaySpace, openOverlaySpace } from './overlay-space.js';
import { openUnprivilegedRoot } from './unprivileged/open-unprivileged-root.js';

/** Which root a container gets. */
export type RootRequest =
  /** A directory as it is; what the container changes is changed in it. */
  | { readonly kind: 'directory'; readonly path: string }
  /** Directories, the topmost first, under a layer that takes the changes. */
  | { readonly kind: 'overlay'; readonly lowers: readonly string[] }
  /** This machine's own root, without what is nobody's business, under a layer that takes the changes. */
  | { readonly kind: 'host' };

/** What a root is opened with. */
export interface RootContext {
  /** The container's own directory, which exists: the changes are kept in `upper` below it. */
  readonly containerDirectory: string;
  /** mini's own directories, which the `host` image hides: its data, and its state wherever that lies. */
  readonly dataDirectories?: readonly string[];
  /**
   * The caller has no CAP_SYS_ADMIN, and the container a user namespace: what is else mounted here is mounted by the
   * steps, and nothing has to be passed.
   */
  readonly unprivileged?: boolean;
  /** Number that the first of `passFds` has in the helper; `HELPER_FD.first` when absent. */
  readonly firstFd?: number;
}

/** A root under construction, held by descriptors: nothing of it is in the host's mount table. */
export interface OpenedRoot {
  /** The root, to be read with `Kernel.openInRoot`. */
  readonly fd: number;
  /** What the launch must pass to the helper, in this order, from number `firstFd` on. */
  readonly passFds: readonly number[];
  /** The steps that attach it. They name descriptors by their numbers in the helper. */
  readonly steps: readonly Step[];
  /** A directory to remove with the container (`removeTree`), for the rare machine where changes cannot lie with the container. */
  readonly extraDirectory?: string;
  /** Closes the descriptors of this process; the container keeps its mounts. */
  readonly close: () => void;
}

/**
 * Makes the root of a container as detached mounts, which needs CAP_SYS_ADMIN, or the steps that make it. Throws
 * `RuntimeError` `bad-root` for a directory that is missing, no directory or not readable, `root-failed` when the
 * kernel refuses.
 */
export function openRoot(kernel: Kernel, request: RootRequest, context: RootContext): OpenedRoot {
  const { unprivileged = false, containerDirectory, dataDirectories = [] } = context;
  if (unprivileged) {
    const hidden = [containerDirectory, ...dataDirectories];
    const root = openUnprivilegedRoot(request, containerDirectory, hidden);
    return { ...root, passFds: [], close: () => closeSync(root.fd) };
  }
  if (request.kind === 'directory') return openPlainRoot(kernel, request.path, context);
  if (request.kind === 'host') return openHostRoot(kernel, context);
  return openOverlayRoot(kernel, request.lowers, context);
}

/** The clone is made private: what is mounted in it later must not come back to the host through a shared mount. */
function openPlainRoot(kernel: Kernel, path: string, context: RootContext): OpenedRoot {
  const directory = openDirectory(path);
  const fd = withFds([directory], () => {
    try {
      return kernel.cloneTree(pathOfFd(directory), { recursive: true, propagation: MS.PRIVATE });
    } catch (error) {
      throw rootfsError('bad-root', `failed to open the root "${path}": ${errnoReason(error)}`, {
        cause: error,
      });
    }
  });
  return openedRoot([fd], [attachStep(context)]);
}

function openOverlayRoot(kernel: Kernel, lowers: readonly string[], context: RootContext): OpenedRoot {
  // The layers first: a mistyped directory is to be named, and nothing to be made for it.
  for (const path of lowers) closeSync(openDirectory(path));
  const space = openOverlaySpace(kernel, context.containerDirectory);
  const fd = mountInSpace(kernel, space, lowers);
  return openedRoot([fd], [attachStep(context)], space.extraDirectory);
}

function openHostRoot(kernel: Kernel, context: RootContext): OpenedRoot {
  const { containerDirectory, dataDirectories = [], firstFd = HELPER_FD.first } = context;
  const layers = describeHostRoot([containerDirectory, ...dataDirectories]);
  const space = openOverlaySpace(kernel, containerDirectory);
  try {
    const { fds, steps } = mountHostLayers(kernel, layers, space, firstFd);
    return openedRoot(fds, steps, space.extraDirectory);
  } finally {
    space.close();
  }
}

function mountInSpace(kernel: Kernel, space: OverlaySpace, lowers: readonly string[]): number {
  try {
    const { upper, work } = makeOverlayDirectories(space.path, lowers[0] ?? '/');
    return mountOverlay(kernel, { lowers, upper, work });
  } finally {
    space.close();
  }
}

function openedRoot(fds: readonly number[], steps: readonly Step[], extraDirectory?: string): OpenedRoot {
  return {
    fd: fds[0]!,
    passFds: fds,
    steps,
    ...(extraDirectory === undefined ? {} : { extraDirectory }),
    close() {
      for (const fd of fds) closeSync(fd);
    },
  };
}

function attachStep({ firstFd = HELPER_FD.first }: RootContext): Step {
  return { op: 'root_fd', fd: firstFd, origin: 'root.path' };
}
