import { constants } from 'node:os';
import type { Kernel } from '@mini/contracts';
import type { Log } from '../log.js';
import type { ContainerRecord } from '../state/container-record.js';
import { describeForHooks } from '../state/describe-state.js';
import { signalContainer } from './kill-container.js';
import { type HookCall, runHooks, tryHooks } from './run-hooks.js';

/**
 * A container whose `poststart` hook fails does not stay: runtime-spec 1.3, and runc all along. Throws `RuntimeError`
 * `hook-failed`.
 */
export function runPoststart(kernel: Kernel, record: ContainerRecord): void {
  if (record.hooks === undefined) return;
  try {
    runHooks('poststart', record.hooks.poststart, describeStarted(record));
  } catch (error) {
    signalContainer(kernel, record, constants.signals.SIGKILL);
    throw error;
  }
}

/** The same for the operation `start`, whose container goes on by what the runtime-spec said before 1.3, lifecycle 10. */
export function runPoststartOfStart(kernel: Kernel, record: ContainerRecord, log: Log): void {
  if (!/^1\.[0-2]\b/.test(record.ociVersion)) runPoststart(kernel, record);
  else if (record.hooks !== undefined) {
    tryHooks('poststart', record.hooks.poststart, describeStarted(record), log);
  }
}

/** The container is gone whatever they do. Source: OCI runtime-spec, runtime.md, "Lifecycle". */
export function runPoststop(record: ContainerRecord, log: Log): void {
  tryHooks('poststop', record.hooks?.poststop, describeCall(record, 'stopped', 0), log);
}

function describeStarted(record: ContainerRecord): HookCall {
  return describeCall(record, 'running', record.process!.pid);
}

function describeCall(record: ContainerRecord, status: 'running' | 'stopped', pid: number): HookCall {
  return { state: describeForHooks(record, status, pid), bundle: record.bundle };
}
