import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeSync } from 'node:fs';
import { createCgroup, detectCgroupLayout, readMachine, validateResources } from '@mini/cgroup-manager';

const layout = detectCgroupLayout();
const limitBytes = 20 * 1024 * 1024;
const resources = { memory: { limit: limitBytes, swap: limitBytes }, pids: { limit: 10 } };

for (const { field, reason } of validateResources(layout, resources, readMachine())) {
  console.error(`${field}: ${reason}`);
}

const cgroup = createCgroup(layout, `/readme-example/${process.pid}`, resources);

// The process joins before it does anything: here a shell that waits for a line.
const child = spawn('sh', ['-c', 'read _; exec dd if=/dev/zero of=/dev/null bs=100M count=1'], {
  stdio: ['pipe', 'ignore', 'ignore'],
});
const launch = cgroup.openForLaunch({ bornInside: false });
for (const fd of launch.joinFds) writeSync(fd, String(child.pid));
launch.close();
child.stdin.end('\n');

const [, signal] = await once(child, 'exit');
console.log(signal, cgroup.oomKillCount(), cgroup.stats().memory?.limitBytes);
// ▶ SIGKILL 1 20971520

cgroup.kill();
cgroup.waitEmpty();
cgroup.remove({ parents: true });
