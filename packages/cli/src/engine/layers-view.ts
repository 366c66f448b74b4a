import { closeSync, constants, openSync } from 'node:fs';
import { CLONE, MS, type Plan } from '@mini/contracts';
import { mountOverlay, overlayStep } from '@mini/rootfs-manager';
import { BARRIER, becomeRoot, NO_CGROUP, startProcess, writeIdMaps } from '@mini/runtime-core';
import { canMount, type Engine, isPrivileged } from './engine.js';
import { findOwnMaps } from './user-namespace/find-own-maps.js';

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY;

/**
 * The layers of an image, the topmost first, as the one tree that a container of it begins with, to be read by
 * `Kernel.openInRoot`. The descriptor is the caller's to close. Rejects with `RuntimeError`: `root-failed`, `bad-root`,
 * `namespaces-denied`, `id-map-denied`.
 */
export async function openLayersView(engine: Engine, lowers: readonly string[]): Promise<number> {
  // One layer alone is no overlay.
  if (lowers.length === 1) return openSync(lowers[0]!, DIRECTORY);
  if (canMount(engine)) return mountOverlay(engine.kernel, { lowers }, marksOf(engine));
  return await viewInNamespace(engine, lowers);
}

function marksOf(engine: Engine): string[] {
  return isPrivileged(engine) ? [] : ['userxattr'];
}

/** A process mounts the tree in namespaces of its own, waits until we hold it, and ends. */
async function viewInNamespace(engine: Engine, lowers: readonly string[]): Promise<number> {
  const { kernel, caller } = engine;
  const { uidMappings, gidMappings } = findOwnMaps(engine);
  const nullFd = openSync('/dev/null', 'r+');
  let view = -1;
  try {
    const { started, exited } = startProcess(kernel, {
      plan: compileView(lowers, marksOf(engine)),
      cloneFlags: CLONE.NEWUSER | CLONE.NEWNS,
      stdio: [nullFd, nullFd, nullFd],
      cgroup: NO_CGROUP,
      passFds: [],
      onBarrier(id, pid) {
        if (id === BARRIER.idMaps) return writeIdMaps(kernel, pid, uidMappings, gidMappings, caller);
        view = openSync(`/proc/${pid}/root`, DIRECTORY);
      },
      lastBarrier: BARRIER.created,
    });
    await started;
    await exited;
    return view;
  } finally {
    closeSync(nullFd);
  }
}

/** What stands behind the last barrier cannot be run, and so ends the process. */
function compileView(lowers: readonly string[], options: readonly string[]): Plan {
  return {
    steps: [
      { op: 'barrier', id: BARRIER.idMaps, origin: 'linux.uidMappings' },
      ...becomeRoot,
      { op: 'propagation', propagation: MS.PRIVATE, origin: 'root.path' },
      overlayStep({ lowers }, { options }),
      { op: 'pivot_root', origin: 'root.path' },
      { op: 'barrier', id: BARRIER.created, origin: 'root.path' },
      { op: 'find_exec', file: '/', search: [] },
      { op: 'exec', argv: ['/'], env: [] },
    ],
  };
}
