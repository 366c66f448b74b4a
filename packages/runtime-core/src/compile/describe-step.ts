import { RLIMIT, STEP_TABLE, type Step } from '@mini/contracts';

/** What a step acts on, as it stands in an error sentence: `"proc" on "/proc"`. */
export function describeStep(step: Step): string {
  return `${STEP_TABLE[step.op].verb} ${objectOf(step)}${step.origin === undefined ? '' : ` (${step.origin})`}`.replace(
    / {2,}/g,
    ' ',
  );
}

function objectOf(step: Step): string {
  switch (step.op) {
    case 'mount':
    case 'mount_copied':
      return `"${step.source || step.fstype}" on "${step.target}"`;
    case 'bind':
      return `"${step.source || `descriptor ${step.fd}`}" on "${step.target}"`;
    case 'bind_within':
      return `"${step.within}" of "${step.source}" on "${step.target}"`;
    case 'overlay':
      return `of "${step.lowers.join(':')}" on "${step.target || '/'}"`;
    case 'root_fs':
      return `"${step.fstype}" as the root`;
    case 'place_root':
      return `at "${step.path}"`;
    case 'root_tree':
      return `"${step.source}"`;
    case 'root_fd':
      return 'the root';
    case 'propagation':
      return 'the root mounts';
    case 'mount_attributes':
      return `"${step.target}"`;
    case 'mkdir':
    case 'mknod':
    case 'symlink':
    case 'mask':
    case 'read_only':
    case 'chdir':
      return `"${step.path}"`;
    case 'write_proc':
      return `"${step.value}" to "${step.path}"`;
    case 'hostname':
    case 'domainname':
      return `to "${step.name}"`;
    case 'rlimit':
      return `${rlimitName(step.resource)} to ${step.soft}:${step.hard}`;
    case 'uid':
      return `to ${step.uid}`;
    case 'gid':
      return `to ${step.gid}`;
    case 'groups':
      return `to ${step.gids.join(',') || 'none'}`;
    case 'find_exec':
      return `"${step.file}"`;
    case 'exec':
      return `"${step.argv[0] ?? ''}"`;
    case 'barrier':
      return `the barrier ${step.id}`;
    case 'loopback_up':
      return '"lo"';
    case 'umask':
      return `to ${step.mask.toString(8).padStart(4, '0')}`;
    case 'chown_fd':
      return String(step.fd);
    case 'bounding_set':
    case 'ambient_set':
      return `to ${hex(step.mask)}`;
    case 'capabilities':
      return `to ${hex(step.effective)}`;
    case 'unshare':
      return `flags ${hex(step.flags)}`;
    case 'join_namespaces':
    case 'fork_into':
    case 'wait_start':
    case 'time_offsets':
    case 'fork_new':
      return 'the container';
    case 'hook':
      return `"${step.path}"`;
    case 'preserve_fds':
      return `${step.from} to ${Number(step.from) + Number(step.count) - 1}`;
    case 'join_files':
      return 'the namespaces of others';
    case 'dumpable':
      return String(step.value);
    default:
      return '';
  }
}

function rlimitName(resource: number | bigint): string {
  return Object.entries(RLIMIT).find(([, number]) => number === Number(resource))?.[0] ?? String(resource);
}

function hex(mask: number | bigint): string {
  return `0x${mask.toString(16)}`;
}
