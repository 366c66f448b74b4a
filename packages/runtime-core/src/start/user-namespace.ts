import { closeSync, openSync } from 'node:fs';
import { CLONE, encodePlan, type IdMapping, type Kernel, type Plan } from '@mini/contracts';
import { initHelperPath } from '@mini/init-helper';
import { BARRIER } from '../compile/barrier.js';
import { writeMapFiles } from './id-maps.js';
import { launchFailure } from './start-process.js';

/** Stays at its barrier until we close the socket; what stands behind it is never run. */
const WAITING: Plan = {
  steps: [
    { op: 'barrier', id: BARRIER.idMaps, origin: 'linux.uidMappings' },
    { op: 'find_exec', file: '/', search: [] },
    { op: 'exec', argv: ['/'], env: [] },
  ],
};

/**
 * A user namespace with these id maps and nobody in it: what an idmapped mount takes them from. The descriptor is the
 * caller's to close. Throws `RuntimeError`: `namespaces-denied`, `id-map-denied`.
 */
export function makeUserNamespace(
  kernel: Kernel,
  uidMappings: readonly IdMapping[],
  gidMappings: readonly IdMapping[],
): number {
  const planFd = kernel.sealBytes('plan', encodePlan(WAITING));
  const [ours, theirs] = kernel.socketPair();
  const nullFd = openSync('/dev/null', 'r+');
  try {
    const { pid, pidfd } = kernel.launch(
      {
        cloneFlags: CLONE.NEWUSER,
        helperFd: kernel.sealExecutable(initHelperPath()),
        stdinFd: nullFd,
        stdoutFd: nullFd,
        stderrFd: nullFd,
        intoCgroupFd: -1,
        joinFds: [],
        passFds: [planFd, theirs],
      },
      'mini-init',
    );
    try {
      writeMapFiles(pid, uidMappings, gidMappings, true);
      return openSync(`/proc/${pid}/ns/user`, 'r');
    } finally {
      kernel.sendSignal(pidfd, SIGKILL);
      kernel.pollReadable(pidfd, END_TIMEOUT_MS);
      kernel.waitPidfd(pidfd);
      closeSync(pidfd);
    }
  } catch (error) {
    throw launchFailure(error, WAITING);
  } finally {
    for (const fd of [planFd, ours, theirs, nullFd]) closeSync(fd);
  }
}

const SIGKILL = 9;
const END_TIMEOUT_MS = 1000;
