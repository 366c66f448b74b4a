import { findContainer } from '../engine/containers.js';
import { killContainer } from '../engine/end-container.js';
import { openEngine } from '../engine/engine.js';
import { thawContainer } from '../engine/life/pause.js';
import { value, withCommon } from './options/plain-option.js';
import { parseSignal } from './parse/identity.js';
import { performOnEach, plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(value('-s, --signal', 'SIGNAL', 'Name or number of the signal', 'KILL'));
const SIGKILL = 9;

/** `mini kill`. */
export const runCommand = plainCommand({
  name: 'kill',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  perform(given, io, diagnostics) {
    const signal = given.parse('signal', parseSignal) ?? SIGKILL;
    const engine = openEngine();
    return performOnEach(given.operands, io, diagnostics, (name) => {
      killContainer(name, signal, engine);
      // Whoever stands still cannot even die.
      if (signal === SIGKILL) thawContainer(engine, findContainer(name, engine));
    });
  },
});
