import { DEFAULT_HEALTH, type HealthCheck } from '../engine/run-options.js';
import type { Failure } from './problem.js';
import type { HealthSettings } from './run-draft.js';

/** What the flags say of the container's health; absent when nobody is to look at it. */
export function completeHealth(
  settings: HealthSettings | undefined,
  failures: Failure[],
): { health?: HealthCheck } {
  if (settings === undefined) return {};
  const { command, isOff = false, ...times } = settings;
  if (isOff && command !== undefined) {
    failures.push({ message: `failed to parse --health-cmd "${command}": it excludes --no-healthcheck` });
  }
  // Times alone are those of the image's own check.
  if (isOff || command === undefined || command === 'none') return {};
  return { health: { ...DEFAULT_HEALTH, ...times, command: ['/bin/sh', '-c', command] } };
}
