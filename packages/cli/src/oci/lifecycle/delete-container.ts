import { constants } from 'node:os';
import { openCgroup } from '@mini/cgroup-manager';
import { type Kernel, reasonOf, sleepSync } from '@mini/contracts';
import { isAlive } from '@mini/state-store';
import { cgroupLayout } from '../cgroup-layout.js';
import type { OciContext } from '../context.js';
import { ociError } from '../oci-error.js';
import { containerPath, lockContainer, removeContainerDirectory } from '../state/container-directory.js';
import { type ContainerRecord, readContainerRecord } from '../state/container-record.js';
import { type ContainerStatus, readStatus } from '../state/container-status.js';
import { missingError } from '../state/find-container.js';
import { signalContainer } from './kill-container.js';
import { runPoststop } from './late-hooks.js';

/** How long what was killed may take to be gone. */
const KILL_TIMEOUT_MS = 10_000;

/** A created container has run nothing of its user's yet: it goes as under runc and crun. */
const DELETABLE: ReadonlySet<ContainerStatus> = new Set(['stopped', 'creating', 'created']);

/**
 * Removes a container with everything of it. One that runs is refused unless `force` ends it first; with `force` none is
 * no fault, and one of which only a part was made is removed too. Throws `RuntimeError`.
 */
export async function deleteContainer(
  kernel: Kernel,
  context: OciContext,
  id: string,
  force: boolean,
): Promise<void> {
  const path = containerPath(context.root, id);
  const directory = lockContainer(kernel, path, id);
  if (directory === undefined) {
    if (force) return;
    throw missingError(id, 'delete');
  }
  try {
    const record = readOrForget(path, force);
    if (record !== undefined) {
      end(kernel, path, record, force);
      await forgetUnit(kernel, context, record);
    }
    removeContainerDirectory(path);
    if (record !== undefined) runPoststop(record, context.log);
  } finally {
    directory.close();
  }
}

/** A record that cannot be read tells of no process: with `force` the directory goes all the same. */
function readOrForget(path: string, force: boolean): ContainerRecord | undefined {
  try {
    return readContainerRecord(path);
  } catch (error) {
    if (force) return undefined;
    throw error;
  }
}

/** We hold the lock, so a container that is `creating` has a creator that died. */
function end(kernel: Kernel, path: string, record: ContainerRecord, force: boolean): void {
  const status = readStatus(path, record);
  if (!DELETABLE.has(status) && !force) {
    throw ociError(
      'container-status',
      `failed to delete container "${record.id}": cannot delete container ${record.id} that is not stopped: ${status}`,
    );
  }
  if (status !== 'stopped') signalContainer(kernel, record, constants.signals.SIGKILL);
  removeCgroup(record);
  waitForEnd(record);
}

/** Whatever is left in the group goes too: with the host's PID namespace the first process is not all. */
function removeCgroup({ cgroup: path }: ContainerRecord): void {
  if (path !== undefined) openCgroup(cgroupLayout(), path)?.destroy();
}

/** Of the container nothing is left by now: a manager that cannot be asked must not keep it from being deleted. */
async function forgetUnit(kernel: Kernel, { log }: OciContext, { unit }: ContainerRecord): Promise<void> {
  if (unit === undefined) return;
  const { stopScope } = await import('../systemd/container-scope.js');
  try {
    stopScope(kernel, unit);
  } catch (error) {
    log.warn(reasonOf(error));
  }
}

function waitForEnd({ id, process }: ContainerRecord): void {
  const deadline = Date.now() + KILL_TIMEOUT_MS;
  while (process !== undefined && isAlive(process)) {
    if (Date.now() > deadline) {
      throw ociError(
        'container-status',
        `failed to delete container "${id}": process ${process.pid} does not end`,
      );
    }
    sleepSync(1);
  }
}
