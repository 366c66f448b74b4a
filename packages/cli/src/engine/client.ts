import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { type Kernel, RuntimeError } from '@mini/contracts';
import { type MonitorChannel, type Pump, startPump } from '@mini/runtime-core';
import { type CaughtSignals, catchSignals } from './forward-signals.js';
import type { RunStreams } from './run-result.js';
import { untilAborted } from './until-aborted.js';

/** ctrl-p ctrl-q, docker's. */
const DEFAULT_DETACH_KEYS = Uint8Array.of(0x10, 0x11);

/** Whoever asks so often for the end of what does not end wants the terminal back at least: docker's count. */
const MOST_ASKED = 3;
const ASKING = new Set<number>([constants.signals.SIGINT, constants.signals.SIGTERM]);
type Leaving = 'hung-up' | 'detached' | 'forced';

/** How what a client watched has ended for it. */
export interface ClientEnd {
  /** What a shell would say; 0 for a client that left. */
  readonly exitCode: number;
  readonly signal: NodeJS.Signals | null;
  readonly oomKilled: boolean;
  /** The keys to detach were typed: what it watched goes on. */
  readonly detached: boolean;
}

/** What a client is connected to: the command's process, and its monitor. */
export interface Watched extends Pick<MonitorChannel, 'exited' | 'close'> {
  /** The caller's to close. */
  readonly pidfd: number;
}

/** The person or program in front of a container: what is typed goes in, signals go in, and the end comes out. */
export interface Client {
  /** Takes the descriptor that leads to the container's stdin. */
  onStdin(sinkFd: number): void;
  /**
   * Resolves with the end. Rejects with `monitor-lost`, with `terminal-lost` when our terminal is gone, with `client-forced`
   * when the third signal that asks for the end was passed on in vain, and with the reason of `letGo`: what it watched goes
   * on then.
   */
  follow(watched: Watched, letGo?: AbortSignal): Promise<ClientEnd>;
  /** Gives the terminal back. */
  close(): void;
}

/** A client with these streams; `interactive`: it wants to type. */
export function openClient(kernel: Kernel, streams: RunStreams, interactive: boolean): Client {
  const { stdio: [stdinFd] = [0], detachKeys = DEFAULT_DETACH_KEYS } = streams;
  const signals = streams.forwardSignals === true ? catchSignals() : undefined;
  let pump: Pump | undefined;
  let leave: (end: Leaving) => void = () => undefined;
  const left = new Promise<Leaving>((resolve) => {
    leave = resolve;
  });
  return {
    onStdin(sinkFd) {
      // A terminal has an input, also when nobody is to type into it.
      if (!interactive) return closeSync(sinkFd);
      pump = startPump(kernel, stdinFd, sinkFd, detachKeys);
      void pump.left.then(leave);
    },
    follow: (watched, letGo) => follow(kernel, watched, streams, { left, leave, letGo, signals }),
    close() {
      signals?.stop();
      pump?.stop();
    },
  };
}

/** What may end the watch beside the container. */
interface Surroundings {
  readonly left: Promise<Leaving>;
  leave(end: Leaving): void;
  readonly letGo: AbortSignal | undefined;
  readonly signals: CaughtSignals | undefined;
}

/** From the start to the exit status; signals are ours again afterwards. */
async function follow(
  kernel: Kernel,
  { pidfd, exited, close }: Watched,
  { signal: abort }: RunStreams,
  { left, leave, letGo, signals }: Surroundings,
): Promise<ClientEnd> {
  const send = (signal: number) => kernel.sendSignal(pidfd, signal);
  const kill = () => send(constants.signals.SIGKILL);
  let asked = 0;
  signals?.forwardTo((signal) => {
    send(signal);
    if (ASKING.has(signal) && ++asked === MOST_ASKED) leave('forced');
  });
  if (abort?.aborted) kill();
  abort?.addEventListener('abort', kill, { once: true });
  try {
    const end = await untilAborted(Promise.race([exited, left]), letGo);
    if (typeof end === 'object') {
      return {
        ...end,
        exitCode: end.exitCode ?? 128 + constants.signals[end.signal ?? 'SIGKILL'],
        detached: false,
      };
    }
    close();
    if (end === 'hung-up') throw terminalLostError();
    if (end === 'forced') throw forcedError();
    return { exitCode: 0, signal: null, oomKilled: false, detached: true };
  } finally {
    signals?.stop();
    abort?.removeEventListener('abort', kill);
  }
}

function forcedError(): RuntimeError<'client-forced'> {
  return new RuntimeError({
    code: 'client-forced',
    message: `failed to wait for the end: it goes on after ${MOST_ASKED} signals`,
    context: { hint: 'mini ps shows what runs, mini kill NAME ends a container' },
  });
}

/** Who waits at a terminal that is gone waits for nothing; the container goes on, as it does when its client is killed. */
function terminalLostError(): RuntimeError<'terminal-lost'> {
  return new RuntimeError({
    code: 'terminal-lost',
    message: 'failed to stay connected to the container: the terminal was hung up',
  });
}
