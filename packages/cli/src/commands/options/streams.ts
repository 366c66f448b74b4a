import type { RunStreams } from '../../engine/run-result.js';
import type { Arguments } from '../command-line/read-arguments.js';
import { parseDetachKeys } from '../parse/detach-keys.js';
import { parseBoolean } from '../parse/number.js';
import type { Option } from './option.js';
import { flag, value } from './plain-option.js';

/** Flags of the commands that connect a terminal to a process of a container. */
export const DETACH_KEYS_OPTION: Option = value(
  '--detach-keys',
  'KEYS',
  'Keys that let go of it; "" for none',
  'ctrl-p,ctrl-q',
);

/** Those of the commands that connect to its first process. */
export const STREAM_OPTIONS: readonly Option[] = [
  { ...flag('--sig-proxy', 'Pass signals on to the command'), default: true },
  DETACH_KEYS_OPTION,
];

export function readStreams(given: Arguments): RunStreams {
  const detachKeys = given.parse('detach-keys', parseDetachKeys);
  return {
    forwardSignals: given.parse('sig-proxy', parseBoolean) ?? true,
    ...(detachKeys === undefined ? {} : { detachKeys }),
  };
}
