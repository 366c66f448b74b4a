import { constants } from 'node:os';
import { RuntimeError } from '@mini/contracts';
import { openEngine } from '../engine/engine.js';
import { mayEnter } from '../engine/user-namespace/enter-namespace.js';
import { runInNamespace } from '../engine/user-namespace/run-in-namespace.js';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** Added to the number of the signal that ended a command. */
const SIGNALED = 128;

/** `mini unshare`: a command, or a shell, as root of the user namespace that the user's containers have. */
export const runCommand = plainCommand({
  name: 'unshare',
  options: OPTIONS,
  operands: { least: 0, called: 'the command' },
  stopsAtOperand: true,
  async perform({ operands }, io) {
    const engine = openEngine();
    if (!mayEnter(engine)) {
      throw new RuntimeError({
        code: 'bad-option',
        message: `failed to run mini unshare: ${engine.namespace === undefined ? 'root needs no user namespace' : 'this is one already'}`,
      });
    }
    const argv = operands.length > 0 ? operands : [io.env.SHELL || '/bin/sh'];
    const { exitCode, signal } = await runInNamespace(engine, { argv });
    return exitCode ?? SIGNALED + constants.signals[signal!];
  },
});
