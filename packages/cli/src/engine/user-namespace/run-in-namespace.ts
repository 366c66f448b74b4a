import { closeSync, openSync } from 'node:fs';
import { CLONE, type ExitStatus, HELPER_FD, type IdMapping, type Plan, type Step } from '@mini/contracts';
import { BARRIER, becomeRoot, NO_CGROUP, startProcess, writeIdMaps } from '@mini/runtime-core';
import { findUserMaps } from '@mini/runtime-core/subordinate-ids';
import type { Engine } from '../engine.js';
import { NAMESPACE_VARIABLE, type OwnNamespace } from '../own-namespace.js';

/** What is run as root of a user namespace with all ids of the user. */
export interface NamespaceCommand {
  /** The program, looked up in PATH, and its arguments. */
  readonly argv: readonly string[];
  readonly stdio?: readonly [number, number, number];
  /** A process in whose user namespace it is to be; one of its own unless told, with a mount namespace. */
  readonly pid?: number;
}

/**
 * Runs a program as root of a user namespace, with the directory, environment and terminal of this process; signals that end
 * programs are passed on. Resolves with how it ended. Rejects with `RuntimeError`: `command-not-found`, `id-map-denied`,
 * `namespaces-denied`.
 */
export async function runInNamespace(
  { kernel, caller }: Engine,
  { argv, stdio = [0, 1, 2], pid }: NamespaceCommand,
): Promise<ExitStatus> {
  const { uidMappings, gidMappings } = findUserMaps(kernel, caller);
  const namespaceFd = pid === undefined ? -1 : openSync(`/proc/${pid}/ns/user`, 'r');
  try {
    const process = startProcess(kernel, {
      plan: compileCommand(argv, { caller, uidMappings, gidMappings }, pid !== undefined),
      cloneFlags: pid === undefined ? CLONE.NEWUSER | CLONE.NEWNS : 0,
      stdio,
      cgroup: NO_CGROUP,
      passFds: pid === undefined ? [] : [namespaceFd],
      onBarrier: (_, child) => writeIdMaps(kernel, child, uidMappings, gidMappings, caller),
    });
    const stop = forwardSignals((signal) => process.sendSignal(signal));
    try {
      await process.started;
      return await process.exited;
    } finally {
      stop();
    }
  } finally {
    if (namespaceFd >= 0) closeSync(namespaceFd);
  }
}

/** No root is changed: the machine is what the program works on. */
function compileCommand(argv: readonly string[], namespace: OwnNamespace, joins: boolean): Plan {
  const { [NAMESPACE_VARIABLE]: _, ...env } = process.env;
  const entry: Step[] = joins
    ? [
        { op: 'dumpable', value: 0 },
        { op: 'join_files', fds: [HELPER_FD.first], flags: [CLONE.NEWUSER] },
      ]
    : [{ op: 'barrier', id: BARRIER.idMaps, origin: 'linux.uidMappings' }];
  return {
    steps: [
      ...entry,
      ...becomeRoot,
      { op: 'umask', mask: process.umask() },
      { op: 'find_exec', file: argv[0]!, search: (env.PATH ?? '/usr/bin:/bin').split(':') },
      {
        op: 'exec',
        argv: [...argv],
        env: Object.entries({ ...env, [NAMESPACE_VARIABLE]: describe(namespace) }).map(
          ([name, value]) => `${name}=${value ?? ''}`,
        ),
      },
    ],
  };
}

function describe({ caller, uidMappings, gidMappings }: OwnNamespace): string {
  const plain = (mappings: readonly IdMapping[]) =>
    mappings.map(({ containerID, hostID, size }) => ({ containerID, hostID, size }));
  return JSON.stringify({
    caller: { uid: caller.uid, gid: caller.gid },
    uidMappings: plain(uidMappings),
    gidMappings: plain(gidMappings),
  });
}

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGTERM: 15 } as const;

/** A terminal sends its own to the whole group: the program has those already. */
function forwardSignals(send: (signal: number) => void): () => void {
  const handlers = Object.entries(SIGNALS).map(([name, number]) => {
    const handler = () => {
      const isOfTerminal = number === SIGNALS.SIGINT || number === SIGNALS.SIGQUIT;
      if (!isOfTerminal || !process.stdin.isTTY) send(number);
    };
    process.on(name, handler);
    return [name, handler] as const;
  });
  return () => {
    for (const [name, handler] of handlers) process.off(name, handler);
  };
}
