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

const STATUS_BYTES = MONITOR_STATUS_WORDS.length * 8;

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
  const words = bytes.length === STATUS_BYTES ? toNumbers(bytes) : [];
  // Each by its place: lists of containers decode thousands, and would mostly throw copies of the list away.
  const at = (index: number) => words[index] ?? 0;
  const health = HEALTH_STATES[at(12)];
  if (at(0) !== STATUS_FORMAT.magic || at(1) !== STATUS_FORMAT.version || health === undefined) {
    throw new RuntimeError({
      code: 'bad-status',
      message: `failed to decode a monitor status: ${bytes.length} bytes are not one of version ${STATUS_FORMAT.version}`,
    });
  }
  return {
    monitorPid: at(2),
    monitorStartTime: at(3),
    pid: at(4),
    startTime: at(5),
    startedMs: at(6),
    endedMs: at(7),
    waitStatus: at(8),
    oomKilled: at(9) !== 0,
    restartCount: at(10),
    restarting: at(11) !== 0,
    health,
    failingStreak: at(13),
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
