import { closeSync } from 'node:fs';
import { encodeMonitorRecord, encodePlan, HELPER_FD, type Kernel, type MonitorRecord } from '@mini/contracts';
import { initHelperPath } from '@mini/init-helper';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import { BARRIER } from '../compile/barrier.js';
import type { KeepRequest, MonitoredRequest } from './monitored-request.js';

/** What a monitor is handed beside the caller's descriptors; -1 for what it does not need. */
export interface SealedParts {
  readonly helperFd: number;
  readonly planFd: number;
  readonly ownPlanFd: number;
  readonly againPlanFd: number;
  readonly healthPlanFd: number;
  readonly healthHelperFd: number;
}

/** A record, sealed, with the descriptors it numbers. */
export interface SealedRecord {
  readonly recordFd: number;
  readonly passFds: readonly number[];
  close(): void;
}

const NO_HEALTH = { intervalMs: 0, timeoutMs: 0, retries: 0, startPeriodMs: 0, startIntervalMs: 0 };

/** Seals the Plans and the record of a monitor. Throws `RuntimeError` `bad-plan` for a Plan that is too long; nothing is open then. */
export function sealMonitorRecord(kernel: Kernel, request: MonitoredRequest): SealedRecord {
  const { keep } = request;
  // First, for it refuses what is too long: nothing is open yet.
  const plans = [request.plan, keep?.ownPlan, keep?.again?.plan, keep?.health?.plan].map(
    (plan) => plan && encodePlan(plan),
  );
  const [planFd = -1, ownPlanFd = -1, againPlanFd = -1, healthPlanFd = -1] = plans.map((bytes) =>
    bytes === undefined ? -1 : kernel.sealBytes('plan', bytes),
  );
  const { record, passFds } = compileMonitorRecord(request, {
    helperFd: kernel.sealExecutable(request.helperPath ?? initHelperPath()),
    planFd,
    ownPlanFd,
    againPlanFd,
    healthPlanFd,
    healthHelperFd: keep?.health === undefined ? -1 : kernel.sealExecutable(nsenterHelperPath()),
  });
  const recordFd = kernel.sealBytes('monitor-record', encodeMonitorRecord(record));
  const close = () => {
    for (const fd of [recordFd, planFd, ownPlanFd, againPlanFd, healthPlanFd]) if (fd >= 0) closeSync(fd);
  };
  return { recordFd, passFds, close };
}

/** The record with the numbers that the descriptors have in the monitor, and the descriptors in that order. */
export function compileMonitorRecord(
  request: MonitoredRequest,
  sealed: SealedParts,
): { record: MonitorRecord; passFds: readonly number[] } {
  const { cgroup, cloneFlags, terminal, stdinOpen, detached = false, keep } = request;
  const passFds: number[] = [];
  const pass = (fd: number | undefined) =>
    fd === undefined || fd < 0 ? -1 : HELPER_FD.first + passFds.push(fd) - 1;
  const record: MonitorRecord = {
    terminal,
    stdinOpen,
    detached,
    directoryFd: pass(keep?.directoryFd),
    logMaxBytes: keep?.log?.maxBytes ?? -1,
    logMaxFiles: keep?.log?.maxFiles ?? 1,
    oomFd: pass(keep?.oomFd),
    eventFd: pass(keep?.eventFd),
    ...compileLater(keep, sealed, pass),
    mapsBarrier: request.writeMonitorMaps === undefined ? 0 : BARRIER.monitorMaps,
    launch: {
      cloneFlags,
      helperFd: pass(sealed.helperFd),
      // stdio and the control socket are made by the monitor.
      stdinFd: -1,
      stdoutFd: -1,
      stderrFd: -1,
      intoCgroupFd: pass(cgroup.intoCgroupFd),
      joinFds: cgroup.joinFds.map(pass),
      passFds: [pass(sealed.planFd), -1, ...request.passFds.map(pass)],
    },
  };
  return { record, passFds };
}

type LaterFields =
  | 'frozenFd'
  | 'ownPlanFd'
  | 'stopSignal'
  | 'againPlanFd'
  | 'restartPolicy'
  | 'restartMost'
  | 'health';

function compileLater(
  keep: KeepRequest | undefined,
  sealed: SealedParts,
  pass: (fd: number | undefined) => number,
): Pick<MonitorRecord, LaterFields> {
  const { plan: _, ...times } = keep?.health ?? { plan: undefined, ...NO_HEALTH };
  return {
    frozenFd: keep?.health === undefined ? -1 : pass(keep.frozenFd),
    ownPlanFd: pass(sealed.ownPlanFd),
    stopSignal: keep?.stopSignal ?? 0,
    againPlanFd: pass(sealed.againPlanFd),
    restartPolicy: keep?.again?.policy ?? 'no',
    restartMost: keep?.again?.most ?? 0,
    health: { ...times, planFd: pass(sealed.healthPlanFd), helperFd: pass(sealed.healthHelperFd) },
  };
}
