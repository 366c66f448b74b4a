import { type Cgroup, openCgroup } from '@mini/cgroup-manager';
import {
  CAPABILITIES,
  type CapabilityName,
  CLONE,
  HELPER_FD,
  type Kernel,
  type Process,
  type Spec,
} from '@mini/contracts';
import { nsenterHelperPath } from '@mini/nsenter-helper';
import {
  compileExecPlan,
  NO_CGROUP,
  type OpenedTarget,
  openTarget,
  type StartRequest,
  startProcess,
} from '@mini/runtime-core';
import { readProcessStartTime } from '@mini/state-store';
import { readAvailableCapabilities } from '../../engine/available-capabilities.js';
import { cgroupLayout } from '../cgroup-layout.js';
import type { Log } from '../log.js';
import { ociError } from '../oci-error.js';
import type { ContainerRecord } from '../state/container-record.js';
import { describeForHooks } from '../state/describe-state.js';
import type { Container } from '../state/find-container.js';
import { compileFilter } from './compile-filter.js';
import { sendConsole } from './console-socket.js';
import { checkTerminal } from './create-container.js';
import { fitCapabilities } from './fit-spec.js';
import { runAtTerminal, waitInForeground } from './foreground.js';
import { writePidFile } from './pid-file.js';
import { listPreservedFds } from './preserved-fds.js';
import { sendListener } from './seccomp-listener.js';
import { describeStartFailure } from './start-failure.js';
import { withHome } from './with-home.js';

export interface ExecRequest {
  readonly process: Process;
  readonly detach: boolean;
  readonly pidFile?: string;
  readonly consoleSocket?: string;
  readonly preservedFds: number;
  /** Groups below the container's, as `findExecGroup` reads them. */
  readonly cgroups: readonly string[];
  readonly ignorePaused: boolean;
  readonly log: Log;
}

/** Runs a process in a running container. Resolves with its exit code, with 0 once it runs when it is detached. */
export async function execInContainer(
  kernel: Kernel,
  container: Container,
  spec: Spec,
  request: ExecRequest,
): Promise<number> {
  const { record } = container;
  checkStatus(container, request.ignorePaused);
  const isShown =
    (request.process.terminal ?? false) && !request.detach && request.consoleSocket === undefined;
  if (!isShown) checkTerminal(request.process.terminal ?? false, request.consoleSocket);
  const preserved = listPreservedFds(request.preservedFds);
  const { pid, startTime } = record.process!;
  const target = openTarget(kernel, { pid });
  const join = (await findGroup(record, request.cgroups))?.openForLaunch();
  try {
    if (readProcessStartTime(pid) !== startTime) throw stoppedError(record.id);
    const launch: Launch = {
      ...describeLaunch(
        spec,
        { ...request, process: withHome(kernel, request.process, `/proc/${pid}/root`) },
        target,
        preserved,
      ),
      cgroup: join ?? NO_CGROUP,
      onListener: (listenerFd, startedPid) =>
        sendListener(
          kernel,
          spec.linux.seccomp!,
          listenerFd,
          startedPid,
          describeForHooks(record, 'running', pid),
        ),
    };
    return isShown
      ? await runAtTerminal(kernel, launch, (startedPid) => announce(request, startedPid))
      : await runBeside(kernel, launch, request);
  } catch (error) {
    throw describeStartFailure(target.hasEnded() ? stoppedError(record.id, error) : error);
  } finally {
    join?.close();
    target.close();
  }
}

type Launch = Omit<StartRequest, 'stdio'>;

function describeLaunch(
  spec: Spec,
  { process, log }: ExecRequest,
  { pidfd, namespaces, setgroupsDenied }: OpenedTarget,
  preserved: readonly number[],
): Omit<Launch, 'cgroup'> {
  const complete = { ...process, capabilities: process.capabilities ?? spec.process.capabilities ?? {} };
  const masked = fitCapabilities({ ...spec, process: complete }, listGivable(namespaces), log).process;
  return {
    plan: compileExecPlan(masked, {
      namespaces,
      ownsStdio: true,
      setgroupsDenied,
      linux: spec.linux,
      ...compileFilter(spec),
      ...(preserved.length === 0
        ? {}
        : { passed: { preserved: { from: HELPER_FD.first + 1, count: preserved.length } } }),
    }),
    helperPath: nsenterHelperPath(),
    cloneFlags: 0,
    passFds: [pidfd, ...preserved],
  };
}

/** More than the container has may be asked for; who enters a user namespace has all there. */
function listGivable(namespaces: number): readonly CapabilityName[] {
  const entersUsers = (namespaces & CLONE.NEWUSER) !== 0;
  return entersUsers ? CAPABILITIES : readAvailableCapabilities(process.geteuid?.() ?? 0);
}

async function runBeside(kernel: Kernel, launch: Launch, request: ExecRequest): Promise<number> {
  const { detach, consoleSocket } = request;
  const process = startProcess(kernel, {
    ...launch,
    stdio: [0, 1, 2],
    ...(consoleSocket === undefined
      ? {}
      : { onTerminal: (masterFd: number) => sendConsole(kernel, consoleSocket, masterFd) }),
  });
  await process.started;
  announce(request, process.pid);
  if (detach) return 0;
  return await waitInForeground(process.exited, (signal) => process.sendSignal(signal));
}

function announce({ pidFile }: ExecRequest, pid: number): void {
  if (pidFile !== undefined) writePidFile(pidFile, pid);
}

function checkStatus({ status, record }: Container, ignorePaused: boolean): void {
  if (status === 'running' || status === 'created') return;
  if (status === 'paused' && ignorePaused) return;
  if (status === 'paused') {
    throw ociError(
      'container-status',
      `failed to run a process in container "${record.id}": cannot exec in a paused container`,
      { hint: 'resume it first, or use --ignore-paused' },
    );
  }
  throw stoppedError(record.id);
}

function stoppedError(id: string, cause?: unknown): Error {
  return ociError(
    'container-not-running',
    `failed to run a process in container "${id}": cannot exec in a stopped container: container not running`,
    { cause },
  );
}

/** The container's group, unless others below it are asked for. */
async function findGroup(record: ContainerRecord, places: readonly string[]): Promise<Cgroup | undefined> {
  if (places.length > 0) return (await import('./exec-cgroup.js')).findExecGroup(record, places);
  return record.cgroup === undefined ? undefined : openCgroup(cgroupLayout(), record.cgroup);
}
