import { RuntimeError } from '@mini/contracts';

/** Aborted when the caller's signal is, or its time is over. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** To be called when nobody waits any more. */
  close(): void;
}

/** The reason is that of the caller's signal, or a `RuntimeError` `timeout` whose message begins with `failure`. */
export function openTimeLimit(
  { signal, timeoutMs }: { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  failure: string,
): TimeLimit {
  const controller = new AbortController();
  const onAbort = () => controller.abort(signal?.reason);
  const onTime = () =>
    controller.abort(
      new RuntimeError({ code: 'timeout', message: `${failure}: it took longer than ${timeoutMs} ms` }),
    );
  if (signal?.aborted) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  const timer = timeoutMs === undefined ? undefined : setTimeout(onTime, timeoutMs);
  return {
    signal: controller.signal,
    close() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
