import { openEngine } from '../engine/engine.js';
import { startToRestart, stopToRestart } from '../engine/restart-container.js';
import { performOnEach, plainCommand } from './plain-command.js';
import { OPTIONS, readStopRequest } from './stop.js';

export { OPTIONS };

/** `mini restart`: all are stopped at the same time, then started one after the other. */
export const runCommand = plainCommand({
  name: 'restart',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  async perform(given, io, diagnostics) {
    const request = readStopRequest(given);
    const engine = openEngine();
    const stops = given.operands.map((name) => stopToRestart(name, request, engine));
    await Promise.allSettled(stops);
    return performOnEach(given.operands, io, diagnostics, async (name, index) => {
      await stops[index];
      await startToRestart(name, engine);
    });
  },
});
