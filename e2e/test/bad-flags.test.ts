import { type BadCase, testRefusals } from '../support/bad.js';

const USAGE = 'hint: mini run [FLAGS] IMAGE|--rootfs DIR [COMMAND] [ARG...]';
const SIZE = 'a size is a number and a unit b, k, m or g\nhint: write it like 64m or 1.5g';
const ROOT = '/nowhere';

/** The flag alone is wrong: the root, which does not exist, is never looked at. */
const flag = (flags: readonly string[], stderr: string): BadCase => ({
  title: `mini run ${flags.map((word) => (word === '' ? "''" : word)).join(' ')}`,
  args: ['run', '--rm', '--rootfs', ROOT, ...flags, 'true'],
  stderr,
});

const value = (name: string, given: string, reason: string, label = name): BadCase =>
  flag([name, given], `failed to parse ${label} "${given}": ${reason}`);

const whole = (range: string) => `a whole number ${range}`;
const longName = 'a'.repeat(65);

testRefusals([
  {
    title: 'a command that does not exist',
    args: ['frobnicate'],
    stderr:
      'failed to find the command "frobnicate": there is no such command\nhint: mini --help lists the commands',
    exitCode: 1,
  },
  {
    title: 'a command with a typing error',
    args: ['rnu'],
    stderr: 'failed to find the command "rnu": there is no such command\nhint: did you mean "run"?',
    exitCode: 1,
  },
  {
    title: 'a flag of mini that does not exist',
    args: ['--frobnicate', 'run'],
    stderr:
      'failed to parse the flag "--frobnicate": there is no such flag\nhint: mini --help lists the flags',
    exitCode: 1,
  },
  {
    title: 'a flag of run that does not exist',
    args: ['run', '--frobnicate', '--rootfs', ROOT, 'true'],
    stderr:
      'failed to parse the flag "--frobnicate": there is no such flag\nhint: mini run --help lists the flags',
  },
  {
    title: 'a flag with a typing error',
    args: ['run', '--memroy', '1g', '--rootfs', ROOT, 'true'],
    stderr: 'failed to parse the flag "--memroy": there is no such flag\nhint: did you mean "--memory"?',
  },
  {
    title: 'a letter that is no flag among others',
    args: ['run', '-itZ', '--rootfs', ROOT, 'true'],
    stderr:
      'failed to parse the flag "-Z" in "-itZ": there is no such flag\nhint: mini run --help lists the flags',
  },
  {
    title: 'a flag without its value',
    args: ['run', '--rootfs'],
    stderr: 'failed to parse the flag "--rootfs": it needs a value',
  },
  {
    title: 'neither image nor command',
    args: ['run'],
    stderr: `failed to run a container: the image (or --rootfs DIR) and the command are missing\n${USAGE}`,
  },
  {
    title: 'a root alone',
    args: ['run', '--rootfs', ROOT],
    stderr: `failed to run a container: the command is missing\n${USAGE}`,
  },
  {
    title: 'an entrypoint switched off, and no command',
    args: ['run', '--rootfs', ROOT, '--entrypoint', ''],
    stderr: `failed to run a container: the command is missing\n${USAGE}`,
  },
  {
    title: 'an empty command',
    args: ['run', '--rootfs', ROOT, ''],
    stderr: `failed to run a container: the command is empty\n${USAGE}`,
  },
  {
    title: 'an image that is not there',
    args: ['run', '--pull', 'never', 'alpine', 'sh'],
    stderr:
      'failed to find image "alpine": there is none here\nhint: mini images lists those there are, mini pull fetches one, mini load reads one from a file',
  },
  {
    title: 'an empty root',
    args: ['run', '--rootfs', '', 'true'],
    stderr: 'failed to parse --rootfs "": the path is empty',
  },
  {
    title: 'every bad flag is named at once',
    args: ['run', '-m', 'much', '--cpus', 'many', '--network', 'bridge', '-e', '=x', '--rootfs', ROOT],
    stderr: [
      'failed to parse -e "=x": the name before "=" is empty in "=x"',
      'failed to parse -m "much": a size is a number and a unit b, k, m or g',
      'failed to parse --cpus "many": a number of CPUs, 0.01 or more, is needed',
      'failed to parse --network "bridge": only "none" and "host" are supported yet',
      'hint: write it like 64m or 1.5g; write it like 0.5 or 2',
    ].join('\n'),
  },

  value('-m', 'abc', SIZE),
  value('-m', '-5', SIZE),
  value('--memory', '99999999999t', 'the size is too large', '-m'),
  flag(['--memory-swap', '1m'], 'failed to parse --memory-swap "1048576": it needs --memory too'),
  flag(
    ['-m', '64m', '--memory-swap', '1m'],
    'failed to parse --memory-swap "1048576": it is memory and swap together and must not be below the memory limit 67108864',
  ),
  flag(
    ['-m', '64m', '--memory-reservation', '1g'],
    'failed to parse --memory-reservation "1073741824": it must not be above the memory limit 67108864',
  ),
  value('--memory-swappiness', '101', `${whole('from 0 to 100')} is needed or -1`),
  value('--cpus', '0.001', 'a number of CPUs, 0.01 or more, is needed\nhint: write it like 0.5 or 2'),
  value('--cpu-shares', '1', `${whole('from 2 to 262144')} is needed or 0`, '-c'),
  value('--cpu-period', '1', `${whole('from 1000 to 1000000')} is needed or 0`),
  value('--cpu-quota', '5', `${whole('1000 or more')} is needed or -1 or 0`),
  flag(
    ['--cpus', '1', '--cpu-quota', '5000'],
    'failed to parse --cpus "1": it excludes --cpu-quota and --cpu-period',
  ),
  value('--cpuset-cpus', '3-1', '"3-1" is not a number or a range\nhint: write it like 0-3,8'),
  value('--cpuset-mems', 'all', '"all" is not a number or a range\nhint: write it like 0-3,8'),
  value('--pids-limit', '-2', `${whole('1 or more')} is needed or -1 or 0`),
  value('--pids-limit', '1.5', `${whole('1 or more')} is needed or -1 or 0`),
  value('--blkio-weight', '5', `${whole('from 10 to 1000')} is needed or 0`),
  value('--device-read-bps', '/dev/null:1m', '"/dev/null" is not a block device'),
  value('--device-read-bps', '/dev/nope:1m', 'ENOENT no such file or directory'),
  value('--device-write-bps', 'sda', 'it does not have the form PATH:SIZE'),
  value('--device-write-iops', 'sda:3', '"sda" is not an absolute path'),

  value('--network', 'bridge', 'only "none" and "host" are supported yet'),
  value('--pid', 'container:x', 'only "private" and "host" are supported yet'),
  value('--ipc', 'shareable', 'only "private" and "host" are supported yet'),
  value('--uts', 'other', 'only "private" and "host" are supported yet'),
  value('--cap-add', 'WARP', 'there is no such capability\nhint: capabilities(7) lists them'),
  value('--cap-drop', 'CAP_WARP', 'there is no such capability\nhint: capabilities(7) lists them'),
  value(
    '--ulimit',
    'warp=1',
    'there is no limit "warp"\nhint: the limits are cpu, fsize, data, stack, core, rss, nproc, nofile, memlock, as, locks, sigpending, msgqueue, nice, rtprio, rttime',
  ),
  value('--ulimit', 'nofile=5:3', 'the soft limit is above the hard one'),
  value('--ulimit', 'nofile', 'it does not have the form NAME=SOFT[:HARD]'),
  value('--ulimit', 'nofile=x', '"x" is not a whole number, -1 or "unlimited"'),
  value('--sysctl', 'net.ipv4.ip_forward', 'it does not have the form NAME=VALUE'),
  value('--sysctl', 'net/../x=1', '"net/../x" is not the name of a kernel parameter'),
  flag(
    ['--sysctl', 'kernel.hostname=x'],
    'failed to set --sysctl "kernel.hostname": it belongs to the whole machine, not to a namespace',
  ),
  flag(
    ['--sysctl', 'net.ipv4.ip_forward=1', '--network', 'host'],
    'failed to set --sysctl "net.ipv4.ip_forward": with --network host it would change the host',
  ),
  flag(
    ['--sysctl', 'kernel.shmmax=1', '--ipc', 'host'],
    'failed to set --sysctl "kernel.shmmax": with --ipc host it would change the host',
  ),
  flag(
    ['--security-opt', 'seccomp=x'],
    'failed to read --security-opt "seccomp=x": ENOENT no such file or directory',
  ),
  value(
    '--security-opt',
    'apparmor=x',
    'only "no-new-privileges[=BOOL]" and "seccomp=FILE|default|unconfined" are supported',
  ),

  value('-e', '=x', 'the name before "=" is empty in "=x"'),
  value('-e', '', 'the name before "=" is empty'),
  value('--label', '=x', 'the name before "=" is empty in "=x"', '-l'),
  value('--annotation', '=x', 'the name before "=" is empty in "=x"'),
  value(
    '-v',
    '-data:/a',
    'the volume name "-data" cannot be used: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed\nhint: a path of the host is absolute or begins with "./"',
  ),
  value('-v', ':/a', 'the source before ":" is empty'),
  value('-v', '/a:b', 'the target "b" is not an absolute path'),
  value('-v', '/a:/b:ro:x', 'it has more than two ":"\nhint: use --mount for a path with ":" in it'),
  value('-v', '/a:/b:wat', 'there is no mount option "wat"'),
  value('-v', '/a:/b:ro,rw', '"ro" and "rw" exclude each other'),
  value('-v', '/a:/', 'the target must not be "/"'),
  value(
    '--mount',
    'source=/a,target=/x',
    'the volume name "/a" cannot be used: only [a-zA-Z0-9][a-zA-Z0-9_.-]+ is allowed\nhint: a path of the host is absolute or begins with "./"',
  ),
  value('--mount', 'type=npipe,target=/x', 'there is no type "npipe", only bind, tmpfs, volume'),
  value('--mount', 'type=bind,target=/x', 'the source is missing'),
  value('--mount', 'type=bind,source=/a', 'the target is missing'),
  value('--mount', 'type=bind,source=/a,target=/x,wat=1', 'there is no field "wat"'),
  value('--mount', 'type=bind,source=/a,source=/b,target=/x', 'the field "source" is given twice'),
  value('--mount', 'type=tmpfs,source=/a,target=/x', 'the field "source" does not go with type=tmpfs'),
  value('--mount', 'type=bind,"source=/a', 'a quote is not closed or stands inside a field'),
  value('--tmpfs', 'x', 'the target "x" is not an absolute path'),
  value('--tmpfs', '/x:wat', 'there is no mount option "wat"'),
  value('--tmpfs', '/x:size=abc', SIZE),
  value('--tmpfs', '/x:mode=9', 'the mode "9" is not an octal number'),
  flag(
    ['--tmpfs', '/x', '--tmpfs', '/x:ro'],
    'failed to parse --tmpfs "/x:ro": the target "/x" is taken by --tmpfs "/x"',
  ),
  value('--shm-size', 'big', SIZE),
  value('--device', 'dev', 'the device "dev" is not an absolute path'),
  value(
    '--device',
    '/dev/null:/x:q',
    'it does not have the form HOST[:CONTAINER][:ACCESS] with access of "r", "w" and "m"',
  ),

  value('--stop-signal', 'NOPE', 'there is no such signal'),
  value('--stop-signal', '65', 'there is no such signal'),
  value(
    '--name',
    '-x',
    'a name has 2 to 128 of the characters a-z, A-Z, 0-9, "_", "." and "-" and begins with a letter or digit',
  ),
  value('-h', 'a b', 'a host name has letters, digits, "-" (not at an end) and dots between them'),
  value('--hostname', longName, 'it has more than 64 characters', '-h'),
  flag(
    ['-h', 'x', '--uts', 'host'],
    'failed to set the hostname "x": with --uts host it would change the host',
  ),
  value('-w', 'rel', 'the path is not absolute'),
  value('-u', 'a:b:c', 'it does not have the form USER[:GROUP]'),
  value('-u', '99999999999', '"99999999999" is not a number from 0 to 2147483647'),
  value('--group-add', 'a b', '"a b" is neither a name nor a number'),
  value('--log-level', 'loud', 'it must be one of debug, info, warn, error'),
  value('--log-format', 'xml', 'it must be one of text, json'),
  flag(['--format', 'json'], 'failed to parse --format "json": it goes with --explain only'),
  flag(['--explain', '--format', 'yaml'], 'failed to parse --format "yaml": only "json" is supported'),
  flag(['--init=maybe'], 'failed to parse --init "maybe": "true" or "false" is needed'),
  value('--cidfile', '', 'the path is empty'),
]);
