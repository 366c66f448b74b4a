import { HELPER_FD, type Step } from '@mini/contracts';
import { type OpenedRoot, openRoot } from '@mini/rootfs-manager';
import type { Engine } from './engine.js';
import type { RootRequest } from './run-options.js';

/** What is known of a root without opening it: what an image would say. */
export interface RootFacts {
  readonly path: string;
  /** What the container changes is thrown away with it. */
  readonly disposable: boolean;
  /** Run when no command is given. */
  readonly defaultCommand: readonly string[];
}

export function describeRoot(request: RootRequest): RootFacts {
  if (request.kind === 'host') return { path: '/', disposable: true, defaultCommand: ['/bin/sh'] };
  return { path: request.path, disposable: request.overlay, defaultCommand: [] };
}

/** Opens the root that the options ask for. Throws what `openRoot` of rootfs-manager throws. */
export function openContainerRoot(
  { kernel, paths }: Engine,
  request: RootRequest,
  containerDirectory: string,
): OpenedRoot {
  const context = { containerDirectory, dataDirectories: Object.values(paths) };
  if (request.kind === 'host') return openRoot(kernel, request, context);
  const { path, overlay } = request;
  return openRoot(
    kernel,
    overlay ? { kind: 'overlay', lowers: [path] } : { kind: 'directory', path },
    context,
  );
}

/** The steps of a root that is not opened, for `--explain`. */
export function rootStepsWithoutOpening(): Step[] {
  return [{ op: 'root_fd', fd: HELPER_FD.first, origin: 'root.path' }];
}
