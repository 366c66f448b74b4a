import { readFileSync } from 'node:fs';
import { capabilityMask } from '@mini/contracts';
import test from 'ava';
import { drivePlan } from './support/driver.js';
import { containerSteps, makeBusyboxRoot, sixNamespaces, skipReason } from './support/root.js';

const it = skipReason === undefined ? test : test.skip;
if (skipReason !== undefined) console.log(`skipped: ${skipReason}`);

it('a container runs: its own root, processes, host name and devices', async (t) => {
  const { root, remove } = makeBusyboxRoot();
  t.teardown(remove);
  const hostMounts = readFileSync('/proc/self/mountinfo', 'utf8');
  const script = `
    echo "pid $$"; cat /proc/1/cmdline | tr '\\0' ' '; echo; ls /; ls /proc | grep -c '^[0-9]'
    hostname; ls /dev; stat -c '%a %t:%T' /dev/null; env; umask; pwd; ls /proc/self/fd; ifconfig lo | grep -o RUNNING
    grep -E '^(Cap|Sig(Blk|Ign)|NoNewPrivs|Seccomp:)' /proc/self/status; echo lost > /dev/null; mount | grep -c .`;
  const { stdout, stderr } = await drivePlan(
    containerSteps(root, script, [
      { op: 'hostname', name: 'inside' },
      { op: 'loopback_up' },
      { op: 'umask', mask: 0o27 },
      { op: 'bounding_set', mask: capabilityMask(['CAP_CHOWN', 'CAP_KILL']) },
      {
        op: 'capabilities',
        effective: capabilityMask(['CAP_KILL']),
        permitted: capabilityMask(['CAP_KILL']),
        inheritable: 0,
      },
      { op: 'ambient_set', mask: 0 },
      { op: 'no_new_privileges' },
    ]),
    [`flags=${sixNamespaces}`],
  );
  console.log(stdout, stderr);
  t.is(readFileSync('/proc/self/mountinfo', 'utf8'), hostMounts);
});
