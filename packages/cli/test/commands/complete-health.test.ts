import test from 'ava';
import { completeHealth } from '../../src/commands/complete-health.js';
import type { Failure } from '../../src/commands/problem.js';

test('a line of shell is looked at every thirty seconds, unless told', (t) => {
  const times = { timeoutMs: 30_000, retries: 3, startPeriodMs: 0, startIntervalMs: 5000 };
  t.deepEqual(completeHealth({ command: 'test -e /ok', intervalMs: 100 }, []), {
    health: { ...times, intervalMs: 100, command: ['/bin/sh', '-c', 'test -e /ok'] },
  });
});

test('without a command the image says how, and nobody looks when that is switched off', (t) => {
  t.deepEqual(completeHealth(undefined, []), {});
  t.deepEqual(completeHealth({ intervalMs: 100 }, []), { healthTimes: { intervalMs: 100 } });
  t.deepEqual(completeHealth({ command: 'none' }, []), { health: null });
  t.deepEqual(completeHealth({ isOff: true }, []), { health: null });
});

test('a command and none at once are refused', (t) => {
  const failures: Failure[] = [];
  completeHealth({ command: 'true', isOff: true }, failures);
  t.deepEqual(failures, [{ message: 'failed to parse --health-cmd "true": it excludes --no-healthcheck' }]);
});
