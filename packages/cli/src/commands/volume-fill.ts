import { fillFromLayers } from '../engine/volumes/fill-in-namespace.js';
import { withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon();

/** `mini volume fill`: what mini does for an ordinary user's containers as root of a user namespace, with the volume locked. */
export const runCommand = plainCommand({
  name: 'volume fill',
  options: OPTIONS,
  operands: { least: 3, called: 'the volume, the path or the layer' },
  async perform({ operands: [name = '', target = '', ...lowers] }) {
    await fillFromLayers(name, target, lowers);
    return 0;
  },
});
