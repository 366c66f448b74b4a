import { COMMON_OPTIONS } from './about.js';
import type { Option } from './option.js';

/** What may stand before the name of a command. Only there `-h` is help: for `run` it is the host name. */
export const MAIN_OPTIONS: readonly Option[] = [
  ...COMMON_OPTIONS.map((option) => (option.name === 'help' ? { ...option, alias: ['h'] } : option)),
  {
    name: 'version',
    alias: ['v'],
    kind: 'boolean',
    group: 'about',
    describe: 'Show the version of mini',
    parse: () => ({}),
  },
];
