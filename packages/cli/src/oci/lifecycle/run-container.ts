import type { Kernel } from '@mini/contracts';
import { Cleanup } from '../../engine/cleanup.js';
import type { OciContext } from '../context.js';
import { describeForHooks } from '../state/describe-state.js';
import { findContainer } from '../state/find-container.js';
import { announceProcess } from './announce-process.js';
import { createContainer, withFailures } from './create-container.js';
import { deleteContainer } from './delete-container.js';
import { runAtTerminal, waitInForeground } from './foreground.js';
import { runPoststart } from './late-hooks.js';
import { type CreateRequest, prepareContainer } from './prepare-container.js';
import { sendListener } from './seccomp-listener.js';
import { startContainer } from './start-container.js';
import { describeStartFailure } from './start-failure.js';

export interface RunRequest extends CreateRequest {
  /** Leave it running when it is started. */
  readonly detach: boolean;
  /** Leave it, stopped, when it has ended. */
  readonly keep: boolean;
}

/** Creates and starts a container, and unless it is detached waits for it and deletes it. Resolves with its exit code. */
export async function runContainer(
  kernel: Kernel,
  context: OciContext,
  request: RunRequest,
): Promise<number> {
  const { id, detach, keep, consoleSocket } = request;
  const { terminal = false } = request.bundle.spec.process;
  const isShown = terminal && !detach && consoleSocket === undefined;
  const code = isShown ? await runShown(kernel, context, request) : await runBeside(kernel, context, request);
  if (!detach && !keep) await deleteContainer(kernel, context, id, true);
  return code;
}

async function runBeside(kernel: Kernel, context: OciContext, request: RunRequest): Promise<number> {
  const process = await createContainer(kernel, context, request);
  try {
    const container = findContainer(context, request.id, 'start');
    await startContainer(kernel, container);
    runPoststart(kernel, container.record);
  } catch (error) {
    await deleteContainer(kernel, context, request.id, true);
    throw error;
  }
  if (request.detach) return 0;
  return await waitInForeground(process.exited, (signal) => process.sendSignal(signal));
}

/** On our own terminal. */
async function runShown(kernel: Kernel, context: OciContext, request: RunRequest): Promise<number> {
  const undo = new Cleanup();
  let isMade = false;
  try {
    const prepared = await prepareContainer(kernel, context, request, false, undo);
    const { seccomp } = request.bundle.spec.linux;
    const onListener = (listenerFd: number, pid: number) =>
      sendListener(kernel, seccomp!, listenerFd, pid, describeForHooks(prepared.record, 'creating', pid));
    return await runAtTerminal(kernel, { ...prepared, onListener }, (pid) => {
      const record = announceProcess(prepared, pid, request.pidFile, undo);
      prepared.closePassed();
      prepared.directory.close();
      undo.discard();
      isMade = true;
      runPoststart(kernel, record);
    });
  } catch (error) {
    if (isMade) await deleteContainer(kernel, context, request.id, true);
    throw withFailures(describeStartFailure(error), undo);
  }
}
