import { readFileSync } from 'node:fs';
import { badRun, scratchDirectory, testRefusals } from '../support/bad.js';

const ONE_KIND =
  'ENOTDIR not a directory\nhint: a directory can be bound on a directory only, and a file on a file';
const NOT_FOUND = 'ENOENT no such file or directory';
const scratch = scratchDirectory();
const cpuCount = listOnline('cpu').split(', ').length;

testRefusals([
  badRun(
    'a source of --mount that is missing',
    ['--mount', 'type=bind,source=/nope,target=/mnt', 'true'],
    `failed to bind "/nope" on "/mnt" (mounts[N]): ${NOT_FOUND}`,
  ),
  badRun(
    'a file on a directory',
    ['-v', '/etc/passwd:/etc', 'true'],
    `failed to bind "/etc/passwd" on "/etc" (mounts[N]): ${ONE_KIND}`,
  ),
  badRun(
    'a directory on a file',
    ['-v', `${scratch}:/etc/passwd`, 'true'],
    `failed to bind "${scratch}" on "/etc/passwd" (mounts[N]): ${ONE_KIND}`,
  ),
  badRun(
    'a tmpfs on a file',
    ['--tmpfs', '/etc/passwd', 'true'],
    'failed to mount "tmpfs" on "/etc/passwd" (mounts[N]): ENOTDIR not a directory',
  ),
  badRun(
    'a mount over a part of /proc',
    ['-v', `${scratch}:/proc/self`, 'true'],
    'failed to compile the mounts: mounts[N].destination "/proc/self" is below "/proc"',
  ),
  badRun(
    'a device that is missing',
    ['--device', '/dev/nope', 'true'],
    `failed to open the device "/dev/nope": ${NOT_FOUND}`,
  ),
  badRun(
    'a device that is a file',
    ['--device', '/etc/passwd', 'true'],
    'failed to open the device "/etc/passwd": it is not a device',
  ),
  badRun(
    'a device below /proc',
    ['--device', '/dev/null:/proc/x', 'true'],
    `failed to make the device "/proc/x" (linux.devices[0]): ${NOT_FOUND}`,
  ),

  badRun(
    'CPUs that this machine lacks',
    ['--cpuset-cpus', '4000', 'true'],
    `failed to limit resources: "4000" names CPU 4000; this machine has ${listOnline('cpu')} (linux.resources.cpu.cpus)`,
  ),
  badRun(
    'memory nodes that this machine lacks',
    ['--cpuset-mems', '63', 'true'],
    `failed to limit resources: "63" names memory node 63; this machine has ${listOnline('node')} (linux.resources.cpu.mems)`,
  ),
  badRun(
    'more CPUs than this machine has',
    ['--cpus', '1000', 'true'],
    `failed to limit resources: 1000 CPUs is not in the range from 0.01 to ${cpuCount}: this machine has ${cpuCount} (linux.resources.cpu.quota)`,
  ),
  badRun(
    'memory that nothing fits in',
    ['-m', '1k', 'true'],
    'failed to limit resources: the memory limit of 1024 bytes is less than 6291456 bytes (6 MiB) (linux.resources.memory.limit)',
  ),
  badRun(
    'limits that are wrong, all at once',
    ['-m', '1k', '--cpus', '1000', 'true'],
    [
      'failed to limit resources: the memory limit of 1024 bytes is less than 6291456 bytes (6 MiB) (linux.resources.memory.limit)',
      `1000 CPUs is not in the range from 0.01 to ${cpuCount}: this machine has ${cpuCount} (linux.resources.cpu.quota)`,
    ].join('; '),
  ),
  badRun(
    'more processes than the kernel counts',
    ['--pids-limit', '99999999', 'true'],
    'failed to set "pids.max" to "99999999" (linux.resources.pids.limit): EINVAL invalid argument',
  ),
  badRun(
    'a kernel parameter that does not exist',
    ['--sysctl', 'net.nope=1', 'true'],
    `failed to write "1" to "/proc/sys/net/nope" (linux.sysctl["net.nope"]): ${NOT_FOUND}`,
  ),
  badRun(
    'a value that a kernel parameter does not take',
    ['--sysctl', 'kernel.shmmax=abc', 'true'],
    'failed to write "abc" to "/proc/sys/kernel/shmmax" (linux.sysctl["kernel.shmmax"]): EINVAL invalid argument',
  ),
  badRun(
    'more open files than the kernel allows',
    ['--ulimit', 'nofile=99999999999', 'true'],
    'failed to set the limit RLIMIT_NOFILE to 99999999999:99999999999 (process.rlimits[0]): EPERM operation not permitted',
  ),
]);

/** CPUs or memory nodes of this machine, as the message lists them. */
function listOnline(what: 'cpu' | 'node'): string {
  const ranges = readFileSync(`/sys/devices/system/${what}/online`, 'utf8').trim().split(',');
  return ranges
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    })
    .join(', ');
}
