import { closeSync, openSync, readFileSync } from 'node:fs';
import { CLONE, type Plan, type Spec } from '@mini/contracts';
import { HOLD_DIRECTORY } from '@mini/image-store';
import {
  compileMounts,
  compilePropagation,
  type MountEntry,
  type OpenedRoot,
  parseMountinfo,
} from '@mini/rootfs-manager';
import { BARRIER, NO_CGROUP, startProcess } from '@mini/runtime-core';
import type { Container } from '../containers.js';
import type { Engine } from '../engine.js';
import { describeMounts } from '../life/inspect-mounts.js';
import { withPassedBinds } from '../passed-binds.js';

/** A container's root with its volumes and binds in it. */
export interface MountedRoot {
  readonly rootFd: number;
  readonly mounts: readonly MountEntry[];
  /** Resolves when nothing of it is mounted any more. */
  close(): Promise<void>;
}

/** The Spec with what of the user's lies on this machine; `undefined` when there is nothing of the kind. */
function withUserMounts(container: Container): Spec | undefined {
  const { spec } = container.record;
  const places = new Set(
    describeMounts(container)
      .filter(({ Type }) => Type !== 'tmpfs')
      .map(({ Destination }) => Destination),
  );
  const mounts = (spec.mounts ?? []).filter(({ destination }) => places.has(destination));
  if (mounts.length === 0) return undefined;
  return { ...spec, mounts, linux: { namespaces: [{ type: 'mount' }] } };
}

/**
 * Mounts volumes and binds of a container that does not run below its root: in a mount namespace of a helper of ours that
 * does nothing else, for nothing may appear in the machine's own. `undefined` when it has none. The root is the caller's to
 * close, afterwards. Rejects with `RuntimeError` `start-failed` and the mount that cannot be made, `bad-bind`.
 */
export async function openMountedRoot(
  engine: Engine,
  container: Container,
  root: OpenedRoot,
): Promise<MountedRoot | undefined> {
  const spec = withUserMounts(container);
  if (spec === undefined) return undefined;
  const passed = withPassedBinds(engine, { spec }, { ...root, close: () => undefined });
  try {
    return await hold(engine, compileView(engine, spec, passed), passed.passFds);
  } finally {
    passed.close();
  }
}

function compileView(
  engine: Engine,
  spec: Spec,
  { steps, bindFds }: ReturnType<typeof withPassedBinds>,
): Plan {
  return {
    steps: [
      compilePropagation(spec),
      ...steps,
      ...compileMounts(spec, { cgroup: engine.layout, bindFds }),
      { op: 'pivot_root', origin: 'root.path' },
      { op: 'barrier', id: BARRIER.mounted, origin: 'mounts' },
      // Every Plan ends with a command. This one is ended at its barrier, and would find none in any case.
      { op: 'find_exec', file: '', search: [], origin: 'mounts' },
      { op: 'exec', argv: [''], env: [], origin: 'mounts' },
    ],
  };
}

/** The helper stands at its barrier until it is ended, or we are. */
async function hold({ kernel }: Engine, plan: Plan, passFds: readonly number[]): Promise<MountedRoot> {
  const nullFd = openSync('/dev/null', 'r+');
  try {
    return await new Promise<MountedRoot>((resolve, reject) => {
      let end = () => {};
      const ended = new Promise<void>((_, stop) => {
        end = () => stop(new Error('it was not needed any more'));
      });
      const process = startProcess(kernel, {
        plan,
        cloneFlags: CLONE.NEWNS,
        stdio: [nullFd, nullFd, nullFd],
        cgroup: NO_CGROUP,
        passFds,
        onBarrier(_, pid) {
          const release = async () => {
            end();
            await process.exited;
          };
          resolve(describe(pid, release));
          return ended;
        },
      });
      // After the barrier it fails because we have ended it.
      process.started.catch(reject);
    });
  } finally {
    closeSync(nullFd);
  }
}

function describe(pid: number, release: () => Promise<void>): MountedRoot {
  const rootFd = openSync(`/proc/${pid}/root`, HOLD_DIRECTORY);
  return {
    rootFd,
    mounts: parseMountinfo(readFileSync(`/proc/${pid}/mountinfo`, 'utf8')),
    async close() {
      closeSync(rootFd);
      await release();
    },
  };
}
