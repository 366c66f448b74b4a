import { isRuntimeError, type Kernel } from '@mini/contracts';
import { BARRIER, type StartedProcess, startProcess } from '@mini/runtime-core';
import { Cleanup } from '../../engine/cleanup.js';
import type { OciContext } from '../context.js';
import { ociError } from '../oci-error.js';
import { checkConsoleSocket, sendConsole } from './console-socket.js';
import { type CreateRequest, prepareContainer } from './prepare-container.js';
import { describeStartFailure } from './start-failure.js';

/**
 * Makes a container whose process waits to be started. It is our child; when we end, whoever has called us adopts it.
 * Rejects with nothing left behind.
 */
export async function createContainer(
  kernel: Kernel,
  context: OciContext,
  request: CreateRequest,
): Promise<StartedProcess> {
  const { consoleSocket } = request;
  checkTerminal(request.bundle.spec.process.terminal ?? false, consoleSocket);
  const undo = new Cleanup();
  try {
    const prepared = await prepareContainer(kernel, context, request, true, undo);
    const process = startProcess(kernel, {
      ...prepared,
      stdio: [0, 1, 2],
      lastBarrier: BARRIER.created,
      ...(consoleSocket === undefined
        ? {}
        : { onTerminal: (masterFd: number) => sendConsole(kernel, consoleSocket, masterFd) }),
    });
    await process.started;
    prepared.closePassed();
    prepared.directory.close();
    return process;
  } catch (error) {
    throw withFailures(describeStartFailure(error), undo);
  }
}

/** Undoes what was made; what fails in that stands beside the first error. */
export function withFailures(error: unknown, undo: Cleanup): unknown {
  const failures = undo.run();
  return isRuntimeError(error) ? error.withCleanup(failures) : error;
}

/** Throws `RuntimeError` `bad-console-socket` unless the socket is there if, and only if, it is needed. */
export function checkTerminal(terminal: boolean, consoleSocket: string | undefined): void {
  if (terminal && consoleSocket === undefined) {
    throw ociError(
      'bad-console-socket',
      'failed to open a terminal (process.terminal): there is no --console-socket to send it to',
    );
  }
  if (!terminal && consoleSocket !== undefined) {
    throw ociError(
      'bad-console-socket',
      `failed to use the console socket "${consoleSocket}": process.terminal is not set`,
    );
  }
  if (consoleSocket !== undefined) checkConsoleSocket(consoleSocket);
}
