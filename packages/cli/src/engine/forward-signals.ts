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

/** Calls `send` for each signal that reaches this process, until the returned function is called. */
export function forwardSignals(send: (signal: number) => void): () => void {
  const handlers = FORWARDED_SIGNALS.map((name) => {
    const handler = () => send(constants.signals[name]);
    process.on(name, handler);
    return () => process.off(name, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}
