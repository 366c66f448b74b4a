import { type ContainerProcess, signalNumber } from './container-process.js';
import type { SpawnOptions } from './spawn-options.js';

/** Sends `killSignal` when the signal is aborted or the time is over, unless the process has ended before. */
export function killOnAbort(
  child: Pick<ContainerProcess, 'kill'>,
  ended: Promise<unknown>,
  options: Pick<SpawnOptions, 'signal' | 'timeoutMs' | 'killSignal'>,
): void {
  const { signal, timeoutMs, killSignal = 'SIGKILL' } = options;
  const kill = () => child.kill(signalNumber(killSignal));
  if (signal?.aborted) kill();
  signal?.addEventListener('abort', kill, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(kill, timeoutMs);
  const stop = () => {
    signal?.removeEventListener('abort', kill);
    clearTimeout(timer);
  };
  ended.then(stop, stop);
}
