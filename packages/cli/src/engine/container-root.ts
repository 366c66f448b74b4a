import { constants, existsSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { HELPER_FD, isRuntimeError, RuntimeError, reasonOf, type Step } from '@mini/contracts';
import { type OpenedRoot, openRoot, overlayStep, type RootRequest as Root } from '@mini/rootfs-manager';
import { canMount, type Engine, isPrivileged } from './engine.js';
import type { LayersRoot, RootRequest } from './run-options.js';

/** What is known of a root without opening it: what an image would say. */
export interface RootFacts {
  readonly path: string;
  /** What the container changes is thrown away with it. */
  readonly disposable: boolean;
  /** Run when no command is given. */
  readonly defaultCommand: readonly string[];
}

export function describeRoot(request: RootRequest): RootFacts {
  if (request.kind === 'host') return { path: '/', disposable: true, defaultCommand: [hostShell()] };
  if (request.kind === 'directory')
    return { path: request.path, disposable: request.overlay, defaultCommand: [] };
  return { path: foundLayers(request).lowers[0]!, disposable: true, defaultCommand: [] };
}

/** An image is found before anything is made of it: see `withImage`. */
function foundLayers(request: Exclude<RootRequest, { kind: 'host' | 'directory' }>): LayersRoot {
  if (request.kind === 'layers') return request;
  throw new TypeError(`the image "${request.name}" was not looked for`);
}

/** The shell that images of distributions start: bash, where this machine has it. */
function hostShell(): string {
  return existsSync('/bin/bash') ? '/bin/bash' : '/bin/sh';
}

/** Opens the root that the options ask for; `mustLast`: for later starts too. Throws what `openRoot` of rootfs-manager throws, with a hint where we lack rights. */
export function openContainerRoot(
  engine: Engine,
  request: RootRequest,
  containerDirectory: string,
  mustLast = false,
): OpenedRoot {
  try {
    return openRoot(engine.kernel, toRoot(request), {
      containerDirectory,
      mustLast,
      dataDirectories: Object.values(engine.paths),
      unprivileged: !canMount(engine) || (request.kind === 'host' && !isPrivileged(engine)),
      userMarks: !isPrivileged(engine),
    });
  } catch (error) {
    throw isPrivileged(engine) ? withRightsHint(error) : error;
  }
}

/** Root of an engine's container is root without the right to mount: EPERM alone would not tell that. */
function withRightsHint(error: unknown): unknown {
  if (!isRuntimeError(error) || !error.message.includes(': EPERM ')) return error;
  const { code, message, cause, context } = error;
  const hint = 'this root user lacks CAP_SYS_ADMIN: run mini outside of the sandbox, or as an ordinary user';
  return new RuntimeError({ code, message, cause, context: { ...context, hint } });
}

/**
 * For `--explain`: a directory that shows what will be in the root, and the steps that attach it, without anything being
 * made. Of an overlay that an ordinary user's container mounts itself, the changes are shown below `containerDirectory`.
 */
export async function previewContainerRoot(
  engine: Engine,
  request: RootRequest,
  containerDirectory: string,
): Promise<Pick<OpenedRoot, 'fd' | 'steps'>> {
  const { path, disposable } = describeRoot(request);
  const lowers = request.kind === 'layers' ? request.lowers : [path];
  if (isPrivileged(engine)) {
    const step: Step = { op: 'root_fd', fd: HELPER_FD.first, origin: 'root.path' };
    return { fd: await openPreview(engine, request, path), steps: [step] };
  }
  if (request.kind === 'host' || !disposable) return openContainerRoot(engine, request, containerDirectory);
  const [upper, work] = [join(containerDirectory, 'upper'), join(containerDirectory, 'work')];
  const step = overlayStep({ lowers, upper, work }, { options: ['userxattr'] });
  return { fd: await openPreview(engine, request, path), steps: [step] };
}

async function openPreview(engine: Engine, request: RootRequest, path: string): Promise<number> {
  if (request.kind !== 'layers') return openDirectory(path);
  const { openLayersView } = await import('./layers-view.js');
  return await openLayersView(engine, request.lowers);
}

function toRoot(request: RootRequest): Root {
  if (request.kind === 'host') return request;
  if (request.kind !== 'directory') return { kind: 'overlay', lowers: foundLayers(request).lowers };
  const { path, overlay } = request;
  return overlay ? { kind: 'overlay', lowers: [path] } : { kind: 'directory', path };
}

function openDirectory(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw new RuntimeError({
      code: 'bad-root',
      message: `failed to open the root "${path}": ${reasonOf(error)}`,
      cause: error,
    });
  }
}
