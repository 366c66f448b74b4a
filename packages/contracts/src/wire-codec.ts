import { RuntimeError } from './errors.js';
import {
  CONTROL_MESSAGE_WORDS,
  type ControlMessage,
  type LaunchRecord,
  MAX_JOIN_FDS,
  MAX_PASS_FDS,
  MESSAGE_KIND,
  type MessageKind,
  MONITOR_FORMAT,
  MONITOR_STATUS_WORDS,
  type MonitorRecord,
  type MonitorStatus,
  STAGES,
  STATUS_FORMAT,
} from './wire.js';

/** The words of `struct launch_record`. Throws `RuntimeError` `too-many-descriptors` when a list is too long. */
export function encodeLaunchRecord(record: LaunchRecord): BigInt64Array {
  return toWords([
    record.cloneFlags,
    record.helperFd,
    record.stdinFd,
    record.stdoutFd,
    record.stderrFd,
    record.intoCgroupFd,
    ...countedList('joinFds', record.joinFds, MAX_JOIN_FDS),
    ...countedList('passFds', record.passFds, MAX_PASS_FDS),
  ]);
}

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
    ...encodeLaunchRecord(record.launch),
  ]);
  return new Uint8Array(words.buffer);
}

const kinds = new Map<number, MessageKind>(
  Object.entries(MESSAGE_KIND).map(([name, number]) => [number, name as MessageKind]),
);

/** Decodes one datagram of a control socket. Throws `RuntimeError` `bad-message` for anything else. */
export function decodeControlMessage(bytes: Uint8Array): ControlMessage {
  if (bytes.length !== CONTROL_MESSAGE_WORDS.length * 8) {
    throw new RuntimeError({
      code: 'bad-message',
      message: `failed to decode a control message: ${bytes.length} bytes instead of ${CONTROL_MESSAGE_WORDS.length * 8}`,
    });
  }
  const [kindNumber = 0, stageNumber = 0, step = 0, errno = 0, value = 0] = toNumbers(bytes);
  const kind = kinds.get(kindNumber);
  const stage = STAGES[stageNumber];
  if (kind === undefined || stage === undefined) {
    throw new RuntimeError({
      code: 'bad-message',
      message: `failed to decode a control message: kind ${kindNumber} stage ${stageNumber} is unknown`,
    });
  }
  return { kind, stage, step, errno, value };
}

/** Decodes the file `status` of a container. Throws `RuntimeError` `bad-status` for anything else. */
export function decodeMonitorStatus(bytes: Uint8Array): MonitorStatus {
  const words = bytes.length % 8 === 0 ? toNumbers(bytes) : [];
  const [magic, version, monitorPid = 0, monitorStartTime = 0, pid = 0, startTime = 0] = words;
  const [startedMs = 0, endedMs = 0, waitStatus = 0, oomKilled = 0] = words.slice(6);
  const isWhole = words.length === MONITOR_STATUS_WORDS.length;
  if (!isWhole || magic !== STATUS_FORMAT.magic || version !== STATUS_FORMAT.version) {
    throw new RuntimeError({
      code: 'bad-status',
      message: `failed to decode a monitor status: ${bytes.length} bytes are not one of version ${STATUS_FORMAT.version}`,
    });
  }
  const times = { startedMs, endedMs, waitStatus, oomKilled: oomKilled !== 0 };
  return { monitorPid, monitorStartTime, pid, startTime, ...times };
}

function countedList(name: string, fds: readonly number[], most: number): number[] {
  if (fds.length > most) {
    throw new RuntimeError({
      code: 'too-many-descriptors',
      message: `failed to encode "${name}": ${fds.length} descriptors, at most ${most} are allowed`,
    });
  }
  return [fds.length, ...fds, ...Array<number>(most - fds.length).fill(-1)];
}

function toWords(values: readonly (number | bigint)[]): BigInt64Array<ArrayBuffer> {
  // A loop, because `from` with a function is several times slower, and every start encodes a record.
  const words = new BigInt64Array(values.length);
  values.forEach((value, index) => {
    words[index] = BigInt(value);
  });
  return words;
}

/** The copy is aligned and alone in its memory; `slice` of a Buffer would be neither. */
function toNumbers(bytes: Uint8Array): number[] {
  return Array.from(new BigInt64Array(new Uint8Array(bytes).buffer), Number);
}
