import {
  type ControlMessage,
  describeErrno,
  errnoOf,
  listRecords,
  type Plan,
  RuntimeError,
  type Stage,
  type Step,
} from '@mini/contracts';
import { describeStep } from '../compile/describe-step.js';

/** Why a container did not start. `command-*` are the user's command, the rest is the engine's or the machine's. */
export type StartErrorCode =
  | 'command-not-found'
  | 'command-not-executable'
  | 'namespaces-denied'
  | 'container-not-running'
  | 'start-failed';

const ENOENT = errnoOf('ENOENT');
const ESRCH = errnoOf('ESRCH');
const ENOTDIR = errnoOf('ENOTDIR');
const ECANCELED = errnoOf('ECANCELED');
const ETIMEDOUT = errnoOf('ETIMEDOUT');
const EPERM = errnoOf('EPERM');
const ENOMEM = errnoOf('ENOMEM');

/** The sentence for a start that failed before or in a step of the Plan. */
export function startError(
  plan: Plan,
  failure: Pick<ControlMessage, 'stage' | 'step' | 'errno'>,
): RuntimeError<StartErrorCode> {
  const { stage, errno } = failure;
  if (stage === 'run') return stepError(plan, failure);
  return isEntering(plan) && stage === 'clone' ? enteringError(errno) : launchError(stage, errno);
}

function isEntering({ steps }: Plan): boolean {
  return steps.some(({ op }) => op === 'join_namespaces');
}

/** The sentence for a helper that ended without a word: killed, most likely for want of memory. */
export function silentEndError(plan: Plan): RuntimeError<StartErrorCode> {
  const verb = isEntering(plan) ? 'enter' : 'start';
  return new RuntimeError({
    code: 'start-failed',
    message: `failed to ${verb} the container: the helper ended before the command was run`,
  });
}

function stepError(plan: Plan, { step: index, errno }: Pick<ControlMessage, 'step' | 'errno'>) {
  const step = listRecords(plan)[index];
  if (step === undefined) {
    return new RuntimeError<StartErrorCode>({
      code: 'start-failed',
      message: `failed to run step ${index} of the plan: ${describeErrno(errno)}`,
      context: { errno },
    });
  }
  const hint = hintFor(step, errno);
  return new RuntimeError<StartErrorCode>({
    code: stepCode(step, errno),
    message: `failed to ${describeStep(step)}: ${stepReason(step, errno)}`,
    context: {
      errno,
      step: step.op,
      ...(step.op === 'find_exec' || step.op === 'exec' ? commandOf(plan) : {}),
      ...(step.origin === undefined ? {} : { field: step.origin }),
      ...(hint === undefined ? {} : { hint }),
    },
  });
}

/** How a hook ends is no errno of its own. */
function stepReason(step: Step, errno: number): string {
  if (step.op !== 'hook') return describeErrno(errno);
  if (errno === ECANCELED) return 'it did not end with 0';
  return errno === ETIMEDOUT
    ? `it did not end within ${Number(step.timeoutMs) / 1000} s`
    : describeErrno(errno);
}

/** The command as it was asked for: `exec` alone does not know it by that name. */
function commandOf({ steps }: Plan): { readonly file?: string } {
  const found = steps.find((step) => step.op === 'find_exec');
  return found === undefined ? {} : { file: found.file };
}

function stepCode({ op }: Step, errno: number): StartErrorCode {
  if (op === 'join_namespaces' && errno === ESRCH) return 'container-not-running';
  if (op !== 'find_exec' && op !== 'exec') return 'start-failed';
  return errno === ENOENT || errno === ENOTDIR ? 'command-not-found' : 'command-not-executable';
}

function commandHint(file: string, errno: number): string | undefined {
  if (errno !== ENOENT || !file.includes(' ')) return undefined;
  return `a command and its arguments are separate words; for a shell line use: sh -c '${file}'`;
}

function hintFor(step: Step, errno: number): string | undefined {
  if (step.op === 'find_exec') return commandHint(step.file, errno);
  const isBind = step.op === 'bind' || step.op === 'bind_within';
  if (!isBind || errno !== ENOTDIR) return undefined;
  return 'a directory can be bound on a directory only, and a file on a file';
}

const LAUNCH_SENTENCE: Record<Exclude<Stage, 'run'>, string> = {
  clone: 'create the namespaces of the container',
  descriptors: 'hand the descriptors to the init helper',
  cgroup: "join the container's cgroup",
  helper: 'run the init helper',
  read: 'read the plan',
  check: 'check the plan',
};

/** No namespace is made then: what can fail is a limit of the container's. */
function enteringError(errno: number): RuntimeError<StartErrorCode> {
  return new RuntimeError({
    code: 'start-failed',
    message: `failed to start a process in the container: ${describeErrno(errno)}`,
    context: { errno, stage: 'clone' },
  });
}

function launchHint(stage: Exclude<Stage, 'run'>, errno: number): string | undefined {
  if (stage === 'clone' && errno === EPERM)
    return 'run it as root, or allow unprivileged user namespaces on this machine';
  if (stage === 'helper' && errno === ENOMEM)
    return 'the memory limit of the container may be less than one process needs';
  return undefined;
}

function launchError(stage: Exclude<Stage, 'run'>, errno: number): RuntimeError<StartErrorCode> {
  const hint = launchHint(stage, errno);
  return new RuntimeError({
    code: stage === 'clone' && errno === EPERM ? 'namespaces-denied' : 'start-failed',
    message: `failed to ${LAUNCH_SENTENCE[stage]}: ${describeErrno(errno)}`,
    context: { errno, stage, ...(hint === undefined ? {} : { hint }) },
  });
}
