import { createVolume } from '../engine/volumes/create-volume.js';
import { list, value, withCommon } from './options/plain-option.js';
import { parseLabel } from './parse/environment.js';
import { parseDriverOption } from './parse/mount-flag.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  value('-d, --driver', 'DRIVER', 'Who keeps it; there is only local', 'local'),
  list('-l, --label', 'KEY[=VALUE]', 'Note something about it'),
  list('-o, --opt', 'KEY=VALUE', 'type, device and o of a file system that containers get'),
);

/** `mini volume create`: prints the name. */
export const runCommand = plainCommand({
  name: 'volume create',
  options: OPTIONS,
  operands: { least: 0, most: 1, called: 'the volume' },
  async perform(given, io) {
    const [name] = given.operands;
    const { name: made } = await createVolume({
      ...(name === undefined ? {} : { name }),
      driver: given.get('driver') ?? 'local',
      labels: Object.assign({}, ...given.parseAll('label', parseLabel)),
      options: Object.assign({}, ...given.parseAll('opt', parseDriverOption)),
    });
    io.writeOut(`${made}\n`);
    return 0;
  },
});
