import { closeSync } from 'node:fs';
import { isRuntimeError, type Spec } from '@mini/contracts';
import type { OpenedRoot } from '@mini/rootfs-manager';
import { writeCidfile } from './cidfile.js';
import { Cleanup } from './cleanup.js';
import { hasVolumes, makeMissingSources } from './container-mounts.js';
import type { ContainerRecord } from './container-record.js';
import { describeRoot, openContainerRoot } from './container-root.js';
import { type ContainerEntry, reserveContainer } from './container-store.js';
import { describeContainer } from './describe-container.js';
import { canMount, type Engine, openEngine } from './engine.js';
import { writeEtcFiles } from './etc-files.js';
import { withIdMaps } from './id-maps.js';
import { withImage } from './images/with-image.js';
import { treeRemover } from './remove-foreign-tree.js';
import {
  DEFAULT_STOP_SIGNAL,
  type MountRequest,
  type RootRequest,
  type RunOptions,
  type RunRequest,
  withDefaults,
} from './run-options.js';
import type { PreparedVolumes, VolumePurpose } from './volumes/prepare-volumes.js';

/** A container that exists and does not run. */
export interface NewContainer {
  readonly entry: ContainerEntry;
  readonly record: ContainerRecord;
  /** Its root, held open; `undo` closes it. */
  readonly root: OpenedRoot;
}

/** `mini create`: makes a container and runs nothing. Rejects as `run` does, with nothing left behind. */
export async function createContainer(
  request: RunRequest,
  engine: Engine = openEngine(),
): Promise<{ readonly id: string; readonly name: string }> {
  return await withImage(engine, await withIdMaps(engine, withDefaults(request)), (options) =>
    create(engine, options),
  );
}

async function create(engine: Engine, options: RunOptions) {
  const undo = new Cleanup();
  try {
    const { entry, root } = await makeContainer(engine, options, undo);
    root.close();
    entry.complete({ runs: false });
    return { id: entry.id, name: entry.name };
  } catch (error) {
    throw withFailures(error, undo);
  }
}

/** Reserves id and name, opens the root, looks the user up and stores the record. What it makes is undone by `undo`. */
export async function makeContainer(
  engine: Engine,
  options: RunOptions,
  undo: Cleanup,
): Promise<NewContainer> {
  const entry = reserveContainer(engine, options, undo);
  if (options.cidfile !== undefined) writeCidfile(options.cidfile, entry.id, undo);
  const mustLast = options.restart.policy !== 'no';
  const root = closedOnce(openContainerRoot(engine, options.root, entry.directory, mustLast));
  undo.add(root.close);
  const { extraDirectory } = root;
  if (extraDirectory !== undefined) undo.add(() => treeRemover(engine)(extraDirectory));
  makeMissingSources(options.mounts);
  const passesBinds = await mustPassBinds(engine, options);
  const view = closedOnce(await openView(engine, options.root, root));
  undo.add(view.close);
  const volumes = await findVolumes(engine, { id: entry.id, options, root: view, undo });
  try {
    const facts = { ...describeRoot(options.root), fd: view.fd };
    const { spec, etcFiles } = describeContainer(engine, options, entry, facts, volumes?.mounts);
    writeEtcFiles(etcFiles);
    const made = { extraDirectory, passesBinds, volumes: volumes?.used };
    const record = describeRecord(options, spec, made);
    entry.write(record);
    return { entry, record, root };
  } finally {
    volumes?.release();
    view.close();
  }
}

/** What is read of the root. An ordinary user's is mounted by its start only: of an image's the layers are shown till then. */
async function openView(
  engine: Engine,
  request: RootRequest,
  root: OpenedRoot,
): Promise<Pick<OpenedRoot, 'fd' | 'close'>> {
  if (request.kind !== 'layers' || canMount(engine)) return { fd: root.fd, close() {} };
  const { openLayersView } = await import('./layers-view.js');
  const fd = await openLayersView(engine, request.lowers);
  return { fd, close: () => closeSync(fd) };
}

/** Most containers have none, and do without what they need. */
async function findVolumes(engine: Engine, purpose: VolumePurpose): Promise<PreparedVolumes | undefined> {
  if (!hasVolumes(purpose.options)) return undefined;
  const { prepareVolumes } = await import('./volumes/prepare-volumes.js');
  return await prepareVolumes(engine, purpose);
}

/** Few mounts share with the machine's, or show files as others'. */
async function mustPassBinds(engine: Engine, options: RunOptions): Promise<boolean> {
  const isPassed = ({ idMap, options: words }: MountRequest) =>
    idMap !== undefined || words.some((word) => word === 'shared' || word === 'rshared');
  const passed = options.mounts.filter(isPassed);
  if (passed.length === 0) return false;
  const { checkPassed } = await import('./passed-binds.js');
  return checkPassed(engine, options, passed);
}

function describeRecord(
  options: RunOptions,
  spec: Spec,
  made: { readonly [Key in 'extraDirectory' | 'passesBinds' | 'volumes']: ContainerRecord[Key] | undefined },
): ContainerRecord {
  const { rm, stopTimeoutMs, restart, health, labels, interactive, init, log, user } = options;
  const { entrypoint = [] } = options;
  const { extraDirectory, passesBinds = false, volumes = [] } = made;
  return {
    createdMs: Date.now(),
    image: nameOf(options.root),
    root: options.root,
    spec,
    rm,
    stopSignal: options.stopSignal ?? DEFAULT_STOP_SIGNAL,
    stopTimeoutMs,
    restart,
    ...(health ? { health } : {}),
    labels,
    interactive,
    init,
    log,
    ...(options.privileged ? { privileged: true } : {}),
    ...(entrypoint.length === 0 ? {} : { entrypoint }),
    ...(user === undefined ? {} : { user }),
    ...(extraDirectory === undefined ? {} : { extraDirectory }),
    ...(passesBinds ? { passesBinds } : {}),
    ...(volumes.length === 0 ? {} : { volumes }),
  };
}

function nameOf(root: RootRequest): string {
  if (root.kind === 'host') return 'host';
  return root.kind === 'directory' ? root.path : root.name;
}

/** The first error with what went wrong while everything was taken back. */
export function withFailures(error: unknown, undo: Cleanup): unknown {
  const failures = undo.run();
  return isRuntimeError(error) ? error.withCleanup(failures) : error;
}

/** A number that was closed may already be another file's: closing must happen once. */
export function closedOnce<Closable extends Pick<OpenedRoot, 'close'>>(root: Closable): Closable {
  let isOpen = true;
  return {
    ...root,
    close() {
      if (isOpen) root.close();
      isOpen = false;
    },
  };
}
