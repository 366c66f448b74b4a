import { constants } from 'node:os';
import process from 'node:process';

/**
 * Signals that are not passed on: they cannot be caught, belong to job control or to this process itself, or say
 * something about a fault or a child of our own.
 */
const KEPT = new Set<string>([
  'SIGKILL',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGCONT',
  'SIGCHLD',
  'SIGPIPE',
  'SIGWINCH',
  'SIGURG',
  'SIGBUS',
  'SIGFPE',
  'SIGSEGV',
  'SIGILL',
  'SIGABRT',
  'SIGTRAP',
  'SIGSYS',
  'SIGPROF',
  'SIGVTALRM',
  'SIGIO',
  'SIGSTKFLT',
  'SIGUNUSED',
  // Aliases of signals that are here by their other name.
  'SIGIOT',
  'SIGPOLL',
  'SIGLOST',
  'SIGINFO',
]);

/** The signals that `mini run` passes on to the container. */
export const FORWARDED_SIGNALS = Object.keys(constants.signals).filter(
  (name) => !KEPT.has(name),
) as NodeJS.Signals[];

const { SIGHUP, SIGINT, SIGKILL, SIGQUIT, SIGTERM } = constants.signals;
/** Whoever sends one of these while a container starts wants none; its command could not hear it yet, and PID 1 ignores it then. */
const ENDING = new Set<number>([SIGHUP, SIGINT, SIGQUIT, SIGTERM]);

/** Signals of this process on their way to another. */
export interface CaughtSignals {
  /** Passes on what came meanwhile, and from now on each as it comes. */
  forwardTo(send: (signal: number) => void): void;
  /** They are ours again. */
  stop(): void;
}

/**
 * Catches the signals from now on. What comes before there is somebody to pass it to waits: a client that died of it while
 * its container starts would leave one that nobody knows of.
 */
export function catchSignals(): CaughtSignals {
  const waiting: number[] = [];
  let deliver: (signal: number) => void = (signal) => void waiting.push(signal);
  const handlers = FORWARDED_SIGNALS.map((name) => {
    const handler = () => deliver(constants.signals[name]);
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return {
    forwardTo(send) {
      deliver = send;
      for (const signal of waiting.splice(0)) send(ENDING.has(signal) ? SIGKILL : signal);
    },
    stop() {
      for (const remove of handlers) remove();
    },
  };
}

/** Calls `send` for each signal that reaches this process, until the returned function is called. */
export function forwardSignals(send: (signal: number) => void): () => void {
  const signals = catchSignals();
  signals.forwardTo(send);
  return signals.stop;
}
