import { findContainer } from '../engine/containers.js';
import { type StopRequest, stopContainer } from '../engine/end-container.js';
import { openEngine } from '../engine/engine.js';
import { thawContainer } from '../engine/life/pause.js';
import type { Arguments } from './command-line/read-arguments.js';
import { value, withCommon } from './options/plain-option.js';
import { parseSignal } from './parse/identity.js';
import { parseInteger } from './parse/number.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('-t, --time, --timeout', 'SECONDS', 'How long to wait before killing; -1 waits for ever', '10'),
  value('-s, --signal', 'SIGNAL', "The signal to ask with, instead of the container's own"),
);

/** What the flags say of how to stop. */
export function readStopRequest(given: Arguments): StopRequest {
  const signal = given.parse('signal', parseSignal);
  const seconds = given.parse('timeout', (text) => parseInteger(text, { least: 0, others: [-1] }));
  return {
    ...(signal === undefined ? {} : { signal }),
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
  };
}

/** `mini stop`: all at the same time, so that several slow ones take no longer than one. */
export const runCommand = plainCommand({
  name: 'stop',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  async perform(given, io, diagnostics) {
    const request = readStopRequest(given);
    const engine = openEngine();
    const stops = given.operands.map(async (name) => {
      // Whoever stands still cannot answer.
      thawContainer(engine, findContainer(name, engine));
      await stopContainer(name, request, engine);
    });
    await Promise.allSettled(stops);
    return performOnEach(given.operands, io, diagnostics, (_, index) => stops[index]);
  },
});
