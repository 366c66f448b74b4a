import { nativeKernel } from '@mini/runtime-core';
import type { OciCommand } from '../command.js';
import { toggle } from '../command-line/flag.js';
import { signalAll, signalContainer } from '../lifecycle/kill-container.js';
import { ociError } from '../oci-error.js';
import { parseSignal } from '../signal-number.js';
import { findContainer } from '../state/find-container.js';

/** `mini-oci kill`. With `--all` a container whose first process has ended is no fault: others may be left. */
export const killCommand: OciCommand = {
  flags: [toggle('a, all', 'send the signal to all processes of the container')],
  operands: { least: 1, most: 2 },
  perform(given, context) {
    const [id = '', signalText = 'TERM'] = given.operands;
    const signal = parseSignal(signalText);
    const { record, status } = findContainer(context, id, 'kill');
    if (given.is('all')) {
      signalAll(nativeKernel(), record, signal);
      return 0;
    }
    if (status === 'stopped' || !signalContainer(nativeKernel(), record, signal)) {
      throw ociError('container-not-running', `failed to kill container "${id}": container not running`);
    }
    return 0;
  },
};
