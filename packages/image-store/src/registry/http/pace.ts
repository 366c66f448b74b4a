import { setTimeout as sleep } from 'node:timers/promises';
import { TransientTrouble } from './network-trouble.js';
import type { Answer } from './transport.js';

/** How often something is tried, and how long is waited in between. */
export interface Pace {
  /** Tries in all. */
  readonly tries: number;
  /** Before the second try; twice as long before each further one. */
  readonly firstWaitMs: number;
  /** No registry's wish is followed for longer. */
  readonly mostWaitMs: number;
}

export const DEFAULT_PACE: Pace = { tries: 5, firstWaitMs: 1000, mostWaitMs: 60_000 };

const RETRIED = new Set([408, 429, 500, 502, 503, 504]);

/** Whether the registry may answer otherwise a little later. */
export function isBusy({ status }: Answer): boolean {
  return RETRIED.has(status);
}

/** What `Retry-After` says, in milliseconds; `undefined` when it says nothing. Source: RFC 9110 10.2.3. */
export function readRetryAfter(header: string | string[] | undefined, now = Date.now()): number | undefined {
  if (typeof header !== 'string') return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

/**
 * Does `act` until it has no `TransientTrouble` any more, or was tried often enough without getting on. `isAdvanced` says
 * whether the last try did; then counting begins anew.
 */
export async function retrying<T>(
  pace: Pace,
  signal: AbortSignal | undefined,
  act: () => Promise<T>,
  isAdvanced: () => boolean = () => false,
): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof TransientTrouble)) throw error;
      if (isAdvanced()) tried = 1;
      if (tried >= pace.tries) throw error;
      const wait = error.waitMs ?? pace.firstWaitMs * 2 ** (tried - 1);
      await pause(Math.min(wait, pace.mostWaitMs), signal);
    }
  }
}

async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal === undefined ? {} : { signal });
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  }
}
