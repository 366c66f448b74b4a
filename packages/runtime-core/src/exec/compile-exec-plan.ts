import { CLONE, type Linux, type Plan, type Process, type Step } from '@mini/contracts';
import { becomeRoot } from '../compile/compile-entry.js';
import { compileOomScore } from '../compile/compile-kernel-settings.js';
import { compileMemoryPolicy } from '../compile/compile-memory-policy.js';
import { compilePersonality } from '../compile/compile-personality.js';
import { compileProcess, compileStdio, type ProcessContext, passedFd } from '../compile/compile-process.js';
import { compileAffinity } from '../compile/compile-scheduling.js';

/** What the Plan of a process that enters a container depends on beside the process. */
export interface ExecContext
  extends Pick<ProcessContext, 'ownsStdio' | 'setgroupsDenied' | 'seccomp' | 'keepsKeyring' | 'passed'> {
  /** The namespaces of the container that the caller is not in, flags of setns(2). */
  readonly namespaces: number;
  /** Of the container's Spec: what of it is each process's own. */
  readonly linux?: Pick<Linux, 'personality' | 'memoryPolicy'>;
}

/**
 * Compiles a process to the Plan by which mini-nsenter becomes it, in a container whose pidfd is the first passed
 * descriptor. A pure function.
 */
export function compileExecPlan(process: Process, context: ExecContext): Plan {
  const entersUsers = (context.namespaces & CLONE.NEWUSER) !== 0;
  return {
    steps: [
      // First of all: whoever has root in the container must find no process of it to trace or read.
      { op: 'dumpable', value: 0, origin: 'process' },
      ...compileAffinity(process.execCPUAffinity?.initial, 'process.execCPUAffinity.initial'),
      // A group of its own, by which the parent finds a child that the helper could not tell of.
      { op: 'setsid', origin: 'process' },
      ...compileJoin(context.namespaces),
      ...(entersUsers ? becomeRoot : []),
      ...compileStdio(process, { ...context, isConsole: false }).map((step) =>
        entersUsers && step.op === 'chown_fd' ? { ...step, tolerates: ['EPERM', 'EINVAL'] } : step,
      ),
      ...compileOomScore(process),
      ...compilePersonality(context.linux ?? {}),
      ...compileMemoryPolicy(context.linux ?? {}),
      ...compileProcess(process, context),
    ],
  };
}

/** Nothing to enter is no error: the process then runs beside its caller, in the cgroup that it was given. */
function compileJoin(namespaces: number): Step[] {
  if (namespaces === 0) return [];
  return [
    { op: 'join_namespaces', fd: passedFd(0), flags: namespaces },
    // setns(2) leaves the caller in its PID namespace; all others it is in at once.
    ...((namespaces & CLONE.NEWPID) === 0 ? [] : [{ op: 'fork_into' } as const]),
  ];
}
