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
}

const NEVER = '0001-01-01T00:00:00Z';

export function describeState({ container: { state }, status }: ListedContainer): InspectedState {
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
  const started = { ...base, StartedAt: toText(state.startedMs) };
  if (state.status === 'running') return { ...started, Pid: state.pid, ConmonPid: state.monitorPid ?? 0 };
  if (state.exit === undefined) return { ...started, ExitCode: -1, Error: 'nobody saw how it ended' };
  const { exitCode, oomKilled, endedMs } = state.exit;
  return { ...started, ExitCode: exitCode, OOMKilled: oomKilled, FinishedAt: toText(endedMs) };
}

function toText(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
