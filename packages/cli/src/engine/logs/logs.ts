import { RuntimeError } from '@mini/contracts';
import { readContainerState } from '../container-state.js';
import { findContainer } from '../containers.js';
import { type Engine, openEngine } from '../engine.js';
import { type FollowRequest, walkLog } from './follow-log.js';
import { type LogRange, LogReader } from './log-reader.js';
import { type LogPart, timeMsOf, type VisitPart } from './log-scanner.js';

/** What of a log is wanted, and for how long. */
export interface LogsRequest extends LogRange {
  /** Go on with what is written from now on, until the container has ended. */
  readonly follow?: boolean;
  /** Ends it: the iteration rejects with its reason. */
  readonly signal?: AbortSignal;
}

/** A piece of a container's output, as it came. */
export interface LogChunk {
  readonly stream: 'stdout' | 'stderr';
  /** Milliseconds of the Unix clock, with fractions. */
  readonly timeMs: number;
  readonly bytes: Uint8Array;
}

/**
 * Visits the log of a container without copying it, which is the fastest way; yields after each buffer, `true` when there
 * is no more for now. Throws `RuntimeError`: `state-missing`, `no-log` when none is kept, `log-unreadable`, `log-damaged`.
 */
export async function* visitLogs(
  reference: string,
  request: LogsRequest,
  visit: VisitPart,
  engine: Engine = openEngine(),
): AsyncGenerator<boolean> {
  request.signal?.throwIfAborted();
  const { directory, state, name } = findContainer(reference, engine);
  const reader = new LogReader(directory, request);
  try {
    if (!reader.hasFiles() && state.status !== 'created') throw noLog(name);
    const follow = request.follow === true ? toFollow(directory, request) : undefined;
    for await (const isDry of walkLog(reader, visit, follow)) {
      request.signal?.throwIfAborted();
      yield isDry;
      request.signal?.throwIfAborted();
    }
  } finally {
    reader.close();
  }
}

/** The log of a container, piece by piece; the bytes are the caller's. Throws as `visitLogs`. */
export async function* logs(
  reference: string,
  request: LogsRequest = {},
  engine: Engine = openEngine(),
): AsyncGenerator<LogChunk> {
  const chunks: LogChunk[] = [];
  for await (const _ of visitLogs(reference, request, (part) => void chunks.push(copyPart(part)), engine)) {
    yield* chunks.splice(0);
  }
}

function toFollow(directory: string, { signal }: LogsRequest): FollowRequest {
  const isRunning = () => readContainerState(directory).status === 'running';
  return { directory, isRunning, ...(signal && { signal }) };
}

function copyPart(part: LogPart): LogChunk {
  const { stream, buffer, from, to } = part;
  const bytes = Uint8Array.prototype.slice.call(buffer, from, to);
  return { stream: stream === 2 ? 'stderr' : 'stdout', timeMs: timeMsOf(part), bytes };
}

function noLog(name: string): RuntimeError<'no-log'> {
  return new RuntimeError({
    code: 'no-log',
    message: `failed to read the log of container "${name}": none is kept`,
    context: { hint: 'it was run with --log-driver none' },
  });
}
