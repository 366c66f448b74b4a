import test from 'ava';
import { buildEnvironment, DEFAULT_PATH } from '../../src/engine/container-env.js';

test('a key stands once, with the value that came last', (t) => {
  t.deepEqual(
    buildEnvironment({
      hostname: 'box',
      home: '/root',
      terminal: true,
      requested: ['TERM=vt100', 'A=1', 'A=2', 'B==', 'PATH=/x'],
    }),
    ['PATH=/x', 'HOSTNAME=box', 'TERM=vt100', 'HOME=/root', 'A=2', 'B=='],
  );
});

test('without a terminal there is no TERM', (t) => {
  t.deepEqual(buildEnvironment({ hostname: 'h', home: '/', terminal: false, requested: [] }), [
    `PATH=${DEFAULT_PATH}`,
    'HOSTNAME=h',
    'HOME=/',
  ]);
});
