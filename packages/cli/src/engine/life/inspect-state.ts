import type { HealthLook, HealthState } from '@mini/contracts';
import type { ListedContainer } from './filter-containers.js';

/** How a container fares. */
export interface InspectedState {
  readonly Status: string;
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  /** 0 for one that does not run. */
  readonly Pid: number;
  /** 0 for one that has not ended, -1 when nobody saw how it ended. */
  readonly ExitCode: number;
  readonly Error: string;
  /** RFC 3339; the year 1 for what has not happened, as docker has it. */
  readonly StartedAt: string;
  readonly FinishedAt: string;
  /** 0 when the monitor is gone. */
  readonly ConmonPid: number;
  /** Of a container with a health check. */
  readonly Health?: InspectedHealth;
}

export interface InspectedHealth {
  readonly Status: string;
  readonly FailingStreak: number;
  /** The last looks, the oldest first. */
  readonly Log: readonly {
    readonly Start: string;
    readonly End: string;
    readonly ExitCode: number;
    readonly Output: string;
  }[];
}

const NEVER = '0001-01-01T00:00:00Z';

export function describeState(
  { container: { state }, status }: ListedContainer,
  looks: readonly HealthLook[] = [],
): InspectedState {
  const base = {
    Status: status,
    Running: state.status === 'running',
    Paused: status === 'paused',
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 0,
    ExitCode: 0,
    Error: '',
    StartedAt: NEVER,
    FinishedAt: NEVER,
    ConmonPid: 0,
  };
  if (state.status === 'created') return base;
  const health = describeHealth(state, looks);
  const started = { ...base, StartedAt: toText(state.startedMs), ...(health && { Health: health }) };
  if (state.status === 'running') return { ...started, Pid: state.pid, ConmonPid: state.monitorPid ?? 0 };
  if (state.exit === undefined) return { ...started, ExitCode: -1, Error: 'nobody saw how it ended' };
  const { exitCode, oomKilled, endedMs } = state.exit;
  const ended = { ...started, ExitCode: exitCode, OOMKilled: oomKilled, FinishedAt: toText(endedMs) };
  if (state.status === 'exited') return ended;
  // To docker one that is about to start again runs.
  return { ...ended, Running: true, Restarting: true, ConmonPid: state.monitorPid };
}

function describeHealth(
  { health, failingStreak }: { readonly health: HealthState; readonly failingStreak: number },
  looks: readonly HealthLook[],
): InspectedHealth | undefined {
  if (health === 'none') return undefined;
  return {
    Status: health,
    FailingStreak: failingStreak,
    Log: looks.map(({ startedMs, endedMs, exitCode, output }) => ({
      Start: toText(startedMs),
      End: toText(endedMs),
      ExitCode: exitCode,
      Output: output,
    })),
  };
}

function toText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
