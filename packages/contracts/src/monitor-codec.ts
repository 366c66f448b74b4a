import { RuntimeError } from './errors.js';
import {
  HEALTH_FRAME_WORDS,
  HEALTH_STATES,
  MONITOR_FORMAT,
  MONITOR_STATUS_WORDS,
  type MonitorRecord,
  type MonitorStatus,
  RESTART_POLICY,
  STATUS_FORMAT,
} from './monitor-wire.js';
import { encodeLaunchRecord } from './wire-codec.js';
import { toNumbers, toWords } from './words.js';

/** The bytes of `struct monitor_record`. */
export function encodeMonitorRecord(record: MonitorRecord): Uint8Array {
  const words = toWords([
    MONITOR_FORMAT.magic,
    MONITOR_FORMAT.version,
    Number(record.terminal),
    Number(record.stdinOpen),
    Number(record.detached),
    record.directoryFd,
    record.logMaxBytes,
    record.logMaxFiles,
    record.oomFd,
    record.frozenFd,
    record.ownPlanFd,
    record.eventFd,
    record.stopSignal,
    record.againPlanFd,
    RESTART_POLICY[record.restartPolicy],
    record.restartMost,
    record.mapsBarrier,
    record.health.planFd,
    record.health.helperFd,
    record.health.intervalMs,
    record.health.timeoutMs,
    record.health.retries,
    record.health.startPeriodMs,
    record.health.startIntervalMs,
    ...encodeLaunchRecord(record.launch),
  ]);
  return new Uint8Array(words.buffer);
}

/** Decodes the file `status` of a container. Throws `RuntimeError` `bad-status` for anything else. */
export function decodeMonitorStatus(bytes: Uint8Array): MonitorStatus {
  const words = bytes.length % 8 === 0 ? toNumbers(bytes) : [];
  const [magic, version, monitorPid = 0, monitorStartTime = 0, pid = 0, startTime = 0] = words;
  const [startedMs = 0, endedMs = 0, waitStatus = 0, oomKilled = 0] = words.slice(6);
  const [restartCount = 0, restarting = 0, healthNumber = 0, failingStreak = 0] = words.slice(10);
  const health = HEALTH_STATES[healthNumber];
  const isWhole = words.length === MONITOR_STATUS_WORDS.length;
  if (!isWhole || magic !== STATUS_FORMAT.magic || version !== STATUS_FORMAT.version || !health) {
    throw new RuntimeError({
      code: 'bad-status',
      message: `failed to decode a monitor status: ${bytes.length} bytes are not one of version ${STATUS_FORMAT.version}`,
    });
  }
  return {
    ...{ monitorPid, monitorStartTime, pid, startTime, startedMs, endedMs, waitStatus },
    ...{ restartCount, health, failingStreak },
    oomKilled: oomKilled !== 0,
    restarting: restarting !== 0,
  };
}

/** One look at a container's health. */
export interface HealthLook {
  readonly startedMs: number;
  readonly endedMs: number;
  /** -1 when it took too long and was cut off. */
  readonly exitCode: number;
  /** What the command wrote to stdout and stderr: the first 4096 bytes. */
  readonly output: string;
}

/** Decodes the file `health` of a container, the oldest look first; what is cut off is left out. */
export function decodeHealthLooks(bytes: Uint8Array): HealthLook[] {
  const headerBytes = HEALTH_FRAME_WORDS.length * 8;
  const looks: HealthLook[] = [];
  for (let at = 0; at + headerBytes <= bytes.length; ) {
    const header = toNumbers(bytes.subarray(at, at + headerBytes));
    const [startedMs = 0, endedMs = 0, exitCode = 0, length = 0] = header;
    const start = at + headerBytes;
    if (length < 0 || start + length > bytes.length) break;
    const output = new TextDecoder().decode(bytes.subarray(start, start + length));
    looks.push({ startedMs, endedMs, exitCode, output });
    at = start + length;
  }
  return looks;
}
