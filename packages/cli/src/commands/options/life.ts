import { parseDetachKeys } from '../parse/detach-keys.js';
import { parseSignal } from '../parse/identity.js';
import { parseInteger } from '../parse/number.js';
import { parseRestart } from '../parse/restart.js';
import { parseDurationMs } from '../parse/time.js';
import { Problem } from '../problem.js';
import type { HealthSettings } from '../run-draft.js';
import type { Option, StringOption } from './option.js';

/** What becomes of the container while it runs and when it ends. */
export const LIFE_OPTIONS: readonly Option[] = [
  {
    name: 'restart',
    kind: 'string',
    group: 'life',
    placeholder: 'POLICY',
    default: 'no',
    describe: 'Start it again when it has ended: no, on-failure[:N], always or unless-stopped',
    parse: (value) => ({ restart: parseRestart(value) }),
  },
  {
    name: 'stop-signal',
    kind: 'string',
    group: 'life',
    placeholder: 'SIGNAL',
    default: 'TERM',
    describe: 'Signal that asks the command to stop',
    parse: (value) => ({ stopSignal: parseSignal(value) }),
  },
  {
    name: 'stop-timeout',
    kind: 'string',
    group: 'life',
    placeholder: 'SECONDS',
    default: '10',
    describe: 'How long it may take to stop before it is killed; -1 for ever',
    parse: (value) => ({ stopTimeoutMs: parseStopTimeout(value) }),
  },
  {
    name: 'health-cmd',
    kind: 'string',
    group: 'life',
    placeholder: 'COMMAND',
    describe: 'Line of shell that tells by its exit code whether the container is well',
    parse: (value) => health({ command: value }),
  },
  healthTime('health-interval', 'intervalMs', '30s', 'How long to wait between two looks at the health'),
  healthTime('health-timeout', 'timeoutMs', '30s', 'How long one look may take'),
  healthTime('health-start-period', 'startPeriodMs', '0s', 'How long failures at the start do not count'),
  healthTime('health-start-interval', 'startIntervalMs', '5s', 'How long to wait between two looks then'),
  {
    name: 'health-retries',
    kind: 'string',
    group: 'life',
    placeholder: 'NUMBER',
    default: '3',
    describe: 'Failures in a row that make it unhealthy',
    parse: (value) => health({ retries: parseInteger(value, { least: 1 }) }),
  },
  {
    name: 'no-healthcheck',
    kind: 'boolean',
    group: 'life',
    describe: 'Do not look at its health',
    parse: (isOff) => health({ isOff }),
  },
  {
    name: 'detach-keys',
    kind: 'string',
    configKey: false,
    group: 'life',
    placeholder: 'KEYS',
    default: 'ctrl-p,ctrl-q',
    describe: 'Keys that let go of the container; "" for none',
    parse: (value) => ({ settings: { detachKeys: parseDetachKeys(value) } }),
  },
];

function health(settings: HealthSettings) {
  return { settings: { health: settings } };
}

function healthTime(
  name: string,
  key: 'intervalMs' | 'timeoutMs' | 'startPeriodMs' | 'startIntervalMs',
  shown: string,
  describe: string,
): StringOption {
  const least = key === 'startPeriodMs' ? 0 : 1;
  return {
    name,
    kind: 'string',
    group: 'life',
    placeholder: 'TIME',
    default: shown,
    describe,
    parse(value) {
      const timeMs = value === '0' ? 0 : parseDurationMs(value);
      if (timeMs < least) throw new Problem('it must be at least 1ms');
      return health({ [key]: Math.round(timeMs) });
    },
  };
}

/** Milliseconds; -1 is for ever. */
function parseStopTimeout(value: string): number {
  const seconds = parseInteger(value, { least: 0, most: 1_000_000_000, others: [-1] });
  return seconds < 0 ? -1 : seconds * 1000;
}
