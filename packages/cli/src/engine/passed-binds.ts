import { closeSync } from 'node:fs';
import { HELPER_FD, RuntimeError } from '@mini/contracts';
import { listPassedBinds, type OpenedRoot } from '@mini/rootfs-manager';
import { cloneBind } from '@mini/runtime-core';
import type { ContainerRecord } from './container-record.js';
import { type Engine, isPrivileged } from './engine.js';
import type { MountRequest, RunOptions } from './run-options.js';

/** A root with trees beside it that are passed to the helper. */
export interface RootWithBinds extends OpenedRoot {
  /** Their numbers in the helper, by the index of the mount. */
  readonly bindFds: ReadonlyMap<number, number>;
}

/**
 * Whether such mounts are cloned by who starts the container: those that share with the machine's mounts, or show files as
 * others'. An ordinary user's container shares with nobody, whose mounts are those of a user namespace. Throws
 * `RuntimeError` `bad-bind` for what cannot be.
 */
export function checkPassed(engine: Engine, options: RunOptions, passed: readonly MountRequest[]): boolean {
  for (const { origin, idMap } of passed) {
    if (idMap === undefined) continue;
    if (!isPrivileged(engine)) throw badBind(origin, 'only root can map the owners of files');
    if (idMap.uidMappings !== undefined || options.idMaps !== undefined) continue;
    const hint = 'give one: idmap=uids=FILE-HOST-COUNT;gids=FILE-HOST-COUNT';
    throw badBind(origin, 'the container has no user namespace whose map could be taken', hint);
  }
  if (!isPrivileged(engine)) return false;
  const { policy } = options.restart;
  if (policy === 'no') return true;
  const reason = `whoever starts the container passes it, which --restart ${policy} excludes`;
  throw badBind(passed[0]!.origin, reason);
}

function badBind(origin: string, reason: string, hint?: string): RuntimeError<'bad-bind'> {
  return new RuntimeError({
    code: 'bad-bind',
    message: `failed to mount ${origin}: ${reason}`,
    context: hint === undefined ? {} : { hint },
  });
}

/** Clones what is passed, numbered behind the root's own. Closing the root closes it too. Throws `RuntimeError` `bad-bind`. */
export function withPassedBinds(
  { kernel }: Engine,
  { spec }: Pick<ContainerRecord, 'spec'>,
  root: OpenedRoot,
): RootWithBinds {
  const fds: number[] = [];
  const close = () => {
    for (const fd of fds.splice(0)) closeSync(fd);
  };
  const bindFds = new Map<number, number>();
  try {
    for (const bind of listPassedBinds(spec, '/')) {
      bindFds.set(bind.index, HELPER_FD.first + root.passFds.length + fds.length);
      fds.push(cloneBind(kernel, bind));
    }
  } catch (error) {
    close();
    throw error;
  }
  const { againSteps: _, ...rest } = root;
  return {
    ...rest,
    passFds: [...root.passFds, ...fds],
    bindFds,
    close() {
      close();
      root.close();
    },
  };
}
