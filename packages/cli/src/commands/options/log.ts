import { parseInteger, parseSizeBytes } from '../parse/number.js';
import { Problem, quote } from '../problem.js';
import type { LogSettings } from '../run-draft.js';
import type { Option } from './option.js';

/** There is one format, mini's own, which keeps stdout and stderr apart to the byte; these names of docker's mean it. */
const FILE_DRIVERS = ['json-file', 'local'];

/** The container's log. */
export const LOG_OPTIONS: readonly Option[] = [
  {
    name: 'log-driver',
    kind: 'string',
    group: 'process',
    placeholder: 'json-file|local|none',
    default: 'local',
    describe: 'Keep what the container prints in files, or not at all',
    parse: (value) => ({ settings: { log: { driver: parseDriver(value) } } }),
  },
  {
    name: 'log-opt',
    kind: 'list',
    configKey: 'logOptions',
    isMap: true,
    group: 'process',
    placeholder: 'KEY=VALUE',
    describe: 'max-size=SIZE (10m, -1 is unlimited) and max-file=NUMBER (3) of the log',
    parse: (value) => ({ settings: { log: parseLogOption(value) } }),
  },
];

function parseDriver(value: string): 'file' | 'none' {
  if (value === 'none') return 'none';
  if (FILE_DRIVERS.includes(value)) return 'file';
  throw new Problem(`it must be one of ${[...FILE_DRIVERS, 'none'].join(', ')}`);
}

function parseLogOption(text: string): LogSettings {
  const equals = text.indexOf('=');
  if (equals === -1) throw new Problem('it does not have the form KEY=VALUE');
  const [key, value] = [text.slice(0, equals), text.slice(equals + 1)];
  if (key === 'max-size') return { maxBytes: value === '-1' ? 0 : parseSizeBytes(value) };
  if (key === 'max-file') return { maxFiles: parseInteger(value, { least: 1, most: 1000 }) };
  throw new Problem(`there is no option ${quote(key)}`, { hint: 'give max-size=SIZE or max-file=NUMBER' });
}
