import { LOG_FORMATS, LOG_LEVELS } from '../../diagnostics.js';
import { Problem } from '../problem.js';
import type { Option } from './option.js';

/** What every command understands, before its name or after it. */
export const COMMON_OPTIONS: readonly Option[] = [
  {
    name: 'log-level',
    kind: 'string',
    configKey: false,
    group: 'about',
    placeholder: LOG_LEVELS.join('|'),
    default: 'warn',
    describe: "Least weight of mini's own messages that are shown",
    parse: (value) => oneOf(value, LOG_LEVELS),
  },
  {
    name: 'log-format',
    kind: 'string',
    configKey: false,
    group: 'about',
    placeholder: LOG_FORMATS.join('|'),
    default: 'text',
    describe: "Form of mini's own messages; json is one object a line",
    parse: (value) => oneOf(value, LOG_FORMATS),
  },
  {
    name: 'help',
    kind: 'boolean',
    configKey: false,
    group: 'about',
    describe: 'Show help',
    parse: () => ({}),
  },
];

/** What `run` says and shows beside the container's own output. */
export const EXPLAIN_OPTIONS: readonly Option[] = [
  {
    name: 'explain',
    kind: 'boolean',
    configKey: false,
    group: 'about',
    describe: 'Show the plan, step by step, and run nothing',
    parse: (explain) => ({ settings: { explain } }),
  },
  {
    name: 'format',
    kind: 'string',
    configKey: false,
    group: 'about',
    placeholder: 'json',
    describe: 'Form of what --explain shows',
    parse: (value) => {
      if (value !== 'json') throw new Problem('only "json" is supported');
      return { settings: { format: 'json' } };
    },
  },
  {
    name: 'quiet',
    alias: ['q'],
    kind: 'boolean',
    configKey: false,
    group: 'about',
    describe: 'Show no progress',
    parse: (quiet) => ({ settings: { quiet } }),
  },
];

/** The loggers read the value themselves, early, so that the message about a bad flag obeys it: here only a check. */
function oneOf(value: string, allowed: readonly string[]): Record<string, never> {
  if (!allowed.includes(value)) throw new Problem(`it must be one of ${allowed.join(', ')}`);
  return {};
}
