import test from 'ava';
import { enginePaths } from '../../src/engine/paths.js';

test("root has the system's directories, everybody else the XDG ones", (t) => {
  t.deepEqual(enginePaths(0, { HOME: '/root' }), {
    dataDirectory: '/var/lib/mini',
    runDirectory: '/run/mini',
  });
  t.deepEqual(enginePaths(1000, { HOME: '/home/a', XDG_RUNTIME_DIR: '/run/user/1000' }), {
    dataDirectory: '/home/a/.local/share/mini',
    runDirectory: '/run/user/1000/mini',
  });
  t.deepEqual(enginePaths(1000, { HOME: '/home/a', XDG_DATA_HOME: '/data' }), {
    dataDirectory: '/data/mini',
    runDirectory: '/tmp/mini-1000/mini',
  });
});
