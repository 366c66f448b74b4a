import { constants } from 'node:os';
import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { toggle } from '../command-line/flag.js';
import { signalAll, signalContainer, thaw } from '../lifecycle/kill-container.js';
import { ociError } from '../oci-error.js';
import { parseSignal } from '../signal-number.js';
import { type Container, findContainer } from '../state/find-container.js';
import { forEachId } from '../state/for-each-id.js';

/** `mini-oci kill`. With `--all` a container whose first process has ended is no fault: others may be left. */
export const killCommand: OciCommand = {
  flags: [
    toggle('a, all', 'send the signal to all processes of the container'),
    toggle('r, regex', 'ID is a regular expression: signal all containers that it matches'),
  ],
  operands: { least: 1, most: 2 },
  async perform(given, context) {
    const [, signalText = 'TERM'] = given.operands;
    const signal = parseSignal(signalText);
    const send = (each: string) => kill(findContainer(context, each, 'kill'), signal, given.is('all'));
    await forEachId(given, context.root, send);
    return 0;
  },
};

function kill({ record, status }: Container, signal: number, toAll: boolean): void {
  if (toAll) {
    signalAll(nativeKernel(), record, signal);
    return;
  }
  if (status === 'stopped' || !signalContainer(nativeKernel(), record, signal)) {
    throw ociError('container-not-running', `failed to kill container "${record.id}": container not running`);
  }
  if (status === 'paused' && signal === constants.signals.SIGKILL) thaw(record);
}
