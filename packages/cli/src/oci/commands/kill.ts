import { constants } from 'node:os';
import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { toggle } from '../command-line/flag.js';
import { signalAll, signalContainer } from '../lifecycle/kill-container.js';
import { groupOf } from '../lifecycle/pause-container.js';
import { ociError } from '../oci-error.js';
import { parseSignal } from '../signal-number.js';
import { type Container, findContainer } from '../state/find-container.js';
import { forEachMatching } from '../state/list-ids.js';

/** `mini-oci kill`. With `--all` a container whose first process has ended is no fault: others may be left. */
export const killCommand: OciCommand = {
  flags: [
    toggle('a, all', 'send the signal to all processes of the container'),
    toggle('r, regex', 'ID is a regular expression: signal all containers that it matches'),
  ],
  operands: { least: 1, most: 2 },
  perform(given, context) {
    const [id = '', signalText = 'TERM'] = given.operands;
    const signal = parseSignal(signalText);
    const send = (each: string) => kill(findContainer(context, each, 'kill'), signal, given.is('all'));
    if (given.is('regex')) forEachMatching(context.root, id, send);
    else send(id);
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
  // A frozen process of v1 dies only when it is let go.
  if (status === 'paused' && signal === constants.signals.SIGKILL) groupOf(record, 'kill').thaw();
}
