import { RuntimeError } from './errors.js';
import {
  CONTROL_MESSAGE_WORDS,
  type ControlMessage,
  type LaunchRecord,
  MAX_JOIN_FDS,
  MAX_PASS_FDS,
  MESSAGE_KIND,
  type MessageKind,
  STAGES,
} from './wire.js';
import { toNumbers, toWords } from './words.js';

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

/** One datagram of a control socket; what is left out is 0. */
export function encodeControlMessage({
  kind,
  stage = 'clone',
  step = 0,
  errno = 0,
  value = 0,
}: Pick<ControlMessage, 'kind'> & Partial<ControlMessage>): Uint8Array {
  const words = toWords([MESSAGE_KIND[kind], STAGES.indexOf(stage), step, errno, value]);
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

function countedList(name: string, fds: readonly number[], most: number): number[] {
  if (fds.length > most) {
    throw new RuntimeError({
      code: 'too-many-descriptors',
      message: `failed to encode "${name}": ${fds.length} descriptors, at most ${most} are allowed`,
    });
  }
  return [fds.length, ...fds, ...Array<number>(most - fds.length).fill(-1)];
}
