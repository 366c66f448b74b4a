import test from 'ava';
import { collectFacts } from '../../../src/bench/proof/facts.js';
import { splitSections } from '../../../src/bench/proof/probe-script.js';

const output = `== namespaces
pid:[402]
user:[1]
== mountinfo
132 98 254:0 /tmp/root / rw,relatime - ext4 /dev/vda rw
135 134 0:44 / /dev/pts rw,nosuid - devpts devpts rw,mode=620,gid=5
== status
CapEff:\t00000000a80425fb
VmRSS:\t    1464 kB
== devices
total 0
lrwxrwxrwx    1 0        0               13 Nov 22 00:51 fd -> /proc/self/fd
crw-rw-rw-    1 0        0           1,   3 Nov 22 00:51 null
== limits
pids.max 32
== process
box
/
== ready
`;

test('the output of a probe becomes facts', (t) => {
  const host = {
    cgroup: '3:pids:/mini/x\n2:cpu:/\n1:memory:/own\n',
    ownCgroup: '3:pids:/\n2:cpu:/\n1:memory:/own\n',
    ownNamespaces: ['pid:[401]', 'user:[1]'],
  };
  t.deepEqual(Object.fromEntries(collectFacts(splitSections(output), host)), {
    'namespace pid': 'its own',
    'namespace user': "the host's",
    'group pids': 'joined',
    'group cpu': 'not joined',
    'group memory': 'not joined',
    'mount /': 'rw,relatime',
    'mount /dev/pts': 'devpts rw,nosuid gid=5,mode=620,rw',
    'status CapEff': '00000000a80425fb',
    'device /dev/fd': 'lrwxrwxrwx 0:0 to /proc/self/fd',
    'device /dev/null': 'crw-rw-rw- 0:0 1,3',
    'limit pids.max': '32',
    hostname: 'box',
    'working directory': '/',
  });
});
