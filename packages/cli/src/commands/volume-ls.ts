import { openEngine } from '../engine/engine.js';
import { listVolumes } from '../engine/volumes/list-volumes.js';
import { listVolumeUsers } from '../engine/volumes/volume-users.js';
import { formatList } from './lists/format-list.js';
import { describeVolume, VOLUME_LIST } from './lists/volume-row.js';
import { flag, list, value, withCommon } from './options/plain-option.js';
import { parseFilter } from './parse/filter.js';
import { plainCommand } from './plain-command.js';

export const OPTIONS = withCommon(
  list('-f, --filter', 'KEY=VALUE', 'Only those to which this applies: dangling, driver, label, name'),
  value('--format', 'FORMAT', 'json, table, or a template such as {{.Name}} {{.Mountpoint}}'),
  flag('-q, --quiet', 'Only names'),
);

/** `mini volume ls`. */
export const runCommand = plainCommand({
  name: 'volume ls',
  options: OPTIONS,
  operands: { least: 0, most: 0, called: 'nothing' },
  perform(given, io, diagnostics) {
    const engine = openEngine();
    const problems: Error[] = [];
    const filters = given.parseAll('filter', parseFilter);
    const volumes = listVolumes({ filters, onProblem: (_, error) => problems.push(error) }, engine);
    const format = given.get('format');
    const options = { readUsers: () => listVolumeUsers(engine) };
    io.writeOut(
      given.has('quiet') && format === undefined
        ? volumes.map(({ name }) => `${name}\n`).join('')
        : formatList(
            VOLUME_LIST,
            volumes.map((volume) => describeVolume(volume, options)),
            format,
          ),
    );
    for (const error of problems) diagnostics.error(error);
    return problems.length === 0 ? 0 : 1;
  },
});
