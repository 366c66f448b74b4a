import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import test from 'ava';
import { monitorHelperPath, pumpHelperPath } from '../src/index.js';

const runByHand = (path: string) => spawnSync(path, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

test('a monitor started by hand says what is missing', (t) => {
  const { status, stderr } = runByHand(monitorHelperPath());
  t.is(status, 125);
  t.is(stderr, 'failed to start "mini-monitor": there is no monitor record on descriptor 3\n');
});

test('a file that is no record is refused', (t) => {
  const { status, stderr } = spawnSync(monitorHelperPath(), {
    stdio: ['ignore', 'pipe', 'pipe', openSync('/etc/passwd', 'r')],
    encoding: 'utf8',
  });
  t.is(status, 125);
  t.is(stderr, 'failed to start "mini-monitor": there is no monitor record on descriptor 3\n');
});

test('a pump started by hand says what is missing', (t) => {
  const { status, stderr } = runByHand(pumpHelperPath());
  t.is(status, 125);
  t.is(stderr, 'failed to start "mini-pump": there is no container on descriptor 3\n');
});
