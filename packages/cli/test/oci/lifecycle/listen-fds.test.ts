import test from 'ava';
import { readListenFds } from '../../../src/oci/lifecycle/listen-fds.js';

const NONE = { count: 0, env: [] };

test('descriptors that are meant for us are handed down, with what tells of them', (t) => {
  t.deepEqual(readListenFds({ LISTEN_FDS: '2', LISTEN_PID: '7', LISTEN_FDNAMES: 'a:b' }, 7, 1), {
    count: 2,
    env: ['LISTEN_FDS=2', 'LISTEN_PID=1', 'LISTEN_FDNAMES=a:b'],
  });
  t.deepEqual(readListenFds({ LISTEN_FDS: '1' }, 7, undefined), { count: 1, env: ['LISTEN_FDS=1'] });
});

test('those of another process, none, and what is no number are not', (t) => {
  t.deepEqual(readListenFds({ LISTEN_FDS: '2', LISTEN_PID: '8' }, 7, 1), NONE);
  for (const text of ['', '0', '-1', 'x', '99999']) {
    t.deepEqual(readListenFds({ LISTEN_FDS: text }, 7, 1), NONE, text);
  }
  t.deepEqual(readListenFds({}, 7, 1), NONE);
});
