import { closeSync } from 'node:fs';
import { resolve } from 'node:path';
import { HELPER_FD, type Kernel, MS, type Step } from '@mini/contracts';
import { rootfsError } from './errors.js';
import { describeHostRoot } from './host/describe-host-root.js';
import { mountHostLayers } from './host/open-host-root.js';
import { mountOpenLayers } from './mount-overlay.js';
import { errnoReason, openDirectory, pathOfFd, withFds } from './open-directory.js';
import { makeOverlayDirectories } from './overlay-directories.js';
import { type OverlaySpace, openOverlaySpace } from './overlay-space.js';
import { overlayStep } from './overlay-step.js';
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
  /** Marks of an overlay are `user.overlay.*`, as who is root of a user namespace alone has them. */
  readonly userMarks?: boolean;
  /** The container is to be started again by its monitor: its changes go where they are found by a path. */
  readonly mustLast?: boolean;
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
  /** What attaches the same root at a later start, when no descriptor is passed; absent where changes end with this one. */
  readonly againSteps?: readonly Step[];
  /** A directory to remove with the container, for the rare machine where changes cannot lie with the container. */
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
    return { ...root, againSteps: root.steps, passFds: [], close: () => closeSync(root.fd) };
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
  const againSteps: Step[] = [{ op: 'root_tree', source: resolve(path), recursive: 1, origin: 'root.path' }];
  return openedRoot([fd], [attachStep(context)], { againSteps });
}

function openOverlayRoot(kernel: Kernel, lowers: readonly string[], context: RootContext): OpenedRoot {
  const layerFds: number[] = [];
  return withFds(layerFds, () => {
    // The layers first: a mistyped directory is to be named, and nothing to be made for it.
    for (const path of lowers) layerFds.push(openDirectory(path));
    return mountOverlayRoot(kernel, lowers, layerFds, context);
  });
}

function mountOverlayRoot(
  kernel: Kernel,
  lowers: readonly string[],
  layerFds: readonly number[],
  context: RootContext,
): OpenedRoot {
  const space = openSpace(kernel, context);
  try {
    const { upper, work } = makeOverlayDirectories(space.path, lowers[0] ?? '/');
    const options = context.userMarks === true ? ['userxattr'] : [];
    const fd = mountOpenLayers(kernel, layerFds, { lowers, upper, work }, options);
    const again = overlayStep({ lowers: lowers.map((path) => resolve(path)), upper, work }, { options });
    return openedRoot([fd], [attachStep(context)], lasting(space, [again]));
  } finally {
    space.close();
  }
}

function openHostRoot(kernel: Kernel, context: RootContext): OpenedRoot {
  const { containerDirectory, dataDirectories = [], firstFd = HELPER_FD.first } = context;
  const layers = describeHostRoot([containerDirectory, ...dataDirectories]);
  const space = openSpace(kernel, context);
  try {
    const { fds, steps, againSteps } = mountHostLayers(kernel, layers, space, firstFd);
    return openedRoot(fds, steps, lasting(space, againSteps));
  } finally {
    space.close();
  }
}

/** Without a kernel to try a detached one, the space has a path. */
function openSpace(kernel: Kernel, { containerDirectory, mustLast = false }: RootContext): OverlaySpace {
  return openOverlaySpace(mustLast ? undefined : kernel, containerDirectory);
}

/** What of a root is there when all that this process holds is gone. */
type Lasting = Pick<OpenedRoot, 'againSteps' | 'extraDirectory'>;

function lasting({ isDetached, extraDirectory }: OverlaySpace, againSteps: readonly Step[]): Lasting {
  return {
    ...(isDetached ? {} : { againSteps }),
    ...(extraDirectory === undefined ? {} : { extraDirectory }),
  };
}

function openedRoot(fds: readonly number[], steps: readonly Step[], rest: Lasting): OpenedRoot {
  return {
    fd: fds[0]!,
    passFds: fds,
    steps,
    ...rest,
    close() {
      for (const fd of fds) closeSync(fd);
    },
  };
}

function attachStep({ firstFd = HELPER_FD.first }: RootContext): Step {
  return { op: 'root_fd', fd: firstFd, origin: 'root.path' };
}
