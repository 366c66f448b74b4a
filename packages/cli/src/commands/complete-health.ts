import { DEFAULT_HEALTH, type HealthCheck } from '../engine/run-options.js';
import type { Failure } from './problem.js';
import type { HealthSettings } from './run-draft.js';

/** What the flags say of the container's health; absent when nobody is to look at it. */
export function completeHealth(
  settings: HealthSettings | undefined,
  failures: Failure[],
): { health?: HealthCheck | null; healthTimes?: Partial<Omit<HealthCheck, 'command'>> } {
  if (settings === undefined) return {};
  const { command, isOff = false, ...times } = settings;
  if (isOff && command !== undefined) {
    failures.push({ message: `failed to parse --health-cmd "${command}": it excludes --no-healthcheck` });
  }
  if (isOff || command === 'none') return { health: null };
  // Times alone are those of the image's own check.
  if (command === undefined) return { healthTimes: times };
  return { health: { ...DEFAULT_HEALTH, ...times, command: ['/bin/sh', '-c', command] } };
}
