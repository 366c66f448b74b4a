import { RUNTIME_STEPS } from './runtime-steps.js';
import type { StepDefinition, StepOf } from './step-definition.js';

/**
 * The steps of a Plan: the single source of what init-helper can do. `plan-header.ts` turns this table into the
 * C header that the helpers are compiled with; nothing else knows an operation's number or the order of its fields.
 *
 * Paths called `target` or `path` are resolved by the helper under the container's root with
 * openat2(RESOLVE_IN_ROOT). Paths called `source` are the host's. Descriptor numbers are those of the helper.
 */

/** What a mount or bind step makes when its target is missing. */
export const TARGET_KIND = { existing: 0, directory: 1, file: 2, likeSource: 3 } as const;

/** Descriptors with a fixed number in the helper; what the launch record passes beyond them follows. */
export const HELPER_FD = { plan: 3, control: 4, first: 5 } as const;

export const STEP_TABLE = {
  barrier: {
    op: 1,
    does: 'report that this point is reached and wait for the parent to say go',
    verb: 'wait at',
    fields: { id: 'number' },
  },
  propagation: {
    op: 2,
    does: 'set the propagation of every mount the namespace started with; 0 leaves it',
    verb: 'set the propagation of',
    fields: { propagation: 'number' },
  },
  root_fd: {
    op: 3,
    does: 'attach the detached mount that descriptor `fd` holds: it becomes the root under construction',
    verb: 'attach',
    fields: { fd: 'number' },
  },
  root_tree: {
    op: 4,
    does: 'clone the mount tree at `source` of the host: it becomes the root under construction',
    verb: 'open the root',
    fields: { source: 'string', recursive: 'number' },
  },
  overlay: {
    op: 49,
    does: 'mount an overlay of directories of the host on `target`, or as the root under construction where that is empty; `options` are key=value or flags',
    verb: 'mount an overlay',
    fields: { lowers: 'strings', upper: 'string', work: 'string', target: 'string', options: 'strings' },
  },
  root_fs: {
    op: 5,
    does: 'mount a new file system as the root under construction; `options` are key=value or flags',
    verb: 'mount',
    fields: { fstype: 'string', source: 'string', options: 'strings', attributes: 'number' },
  },
  mount: {
    op: 6,
    does: 'mount a new file system on `target`, with fsopen, fsmount and move_mount',
    verb: 'mount',
    fields: {
      fstype: 'string',
      source: 'string',
      target: 'string',
      options: 'strings',
      attributes: 'number',
      propagation: 'number',
    },
  },
  bind: {
    op: 7,
    does: 'clone the mount tree at `source` of the host onto `target`; or move there the detached mount that descriptor `fd` holds, when that is not -1',
    verb: 'bind',
    fields: {
      source: 'string',
      fd: 'number',
      target: 'string',
      targetKind: 'number',
      recursive: 'number',
      attributesSet: 'number',
      attributesClear: 'number',
      attributesRecursive: 'number',
      propagation: 'number',
    },
  },
  bind_within: {
    op: 64,
    does: 'clone the mount tree at `within` onto `target`: a path that is looked up with the directory `source` of the host as its root, whatever links are there',
    verb: 'bind',
    fields: {
      source: 'string',
      within: 'string',
      target: 'string',
      recursive: 'number',
      attributesSet: 'number',
      attributesClear: 'number',
      propagation: 'number',
    },
  },
  mount_attributes: {
    op: 8,
    does: 'change the attributes and the propagation of the mount at `target`',
    verb: 'change the mount',
    fields: {
      target: 'string',
      attributesSet: 'number',
      attributesClear: 'number',
      recursive: 'number',
      propagation: 'number',
    },
  },
  mkdir: {
    op: 9,
    does: 'make a directory and its missing parents; one that exists is left as it is',
    verb: 'make the directory',
    fields: { path: 'string', mode: 'number' },
  },
  symlink: {
    op: 10,
    does: 'make a symbolic link at `path` holding `content`',
    verb: 'make the link',
    fields: { content: 'string', path: 'string' },
  },
  mknod: {
    op: 11,
    does: 'make a node; `mode` holds type and permissions, whatever the umask',
    verb: 'make the device',
    fields: { path: 'string', mode: 'number', device: 'number', uid: 'number', gid: 'number' },
  },
  pivot_root: {
    op: 12,
    does: 'make the root under construction the root of the namespace and drop the old one',
    verb: 'change the root',
    fields: {},
  },
  mask: {
    op: 13,
    does: 'hide `path`: a file under /dev/null, a directory under an empty read-only tmpfs',
    verb: 'mask',
    fields: { path: 'string' },
  },
  read_only: {
    op: 14,
    does: 'bind `path` onto itself, read-only with all below',
    verb: 'make read-only',
    fields: { path: 'string' },
  },
  hostname: { op: 15, does: 'sethostname(2)', verb: 'set the hostname', fields: { name: 'string' } },
  domainname: { op: 16, does: 'setdomainname(2)', verb: 'set the domain name', fields: { name: 'string' } },
  write_proc: {
    op: 17,
    does: 'write `value` to `path`, below /proc of the container, which must be a real procfs',
    verb: 'write',
    fields: { path: 'string', value: 'string' },
  },
  unshare: { op: 18, does: 'unshare(2)', verb: 'unshare', fields: { flags: 'number' } },
  loopback_up: { op: 19, does: 'switch the interface "lo" on', verb: 'switch on the interface', fields: {} },
  rlimit: {
    op: 20,
    does: 'setrlimit(2)',
    verb: 'set the limit',
    fields: { resource: 'number', soft: 'number', hard: 'number' },
  },
  bounding_set: {
    op: 21,
    does: 'drop every capability outside `mask` from the bounding set',
    verb: 'limit the capability bounding set',
    fields: { mask: 'number' },
  },
  keep_capabilities: {
    op: 22,
    does: 'keep the permitted set across the change of user, PR_SET_KEEPCAPS',
    verb: 'keep the capabilities',
    fields: {},
  },
  groups: { op: 23, does: 'setgroups(2)', verb: 'set the groups', fields: { gids: 'numbers' } },
  gid: { op: 24, does: 'setresgid(2), all three', verb: 'set the group', fields: { gid: 'number' } },
  uid: { op: 25, does: 'setresuid(2), all three', verb: 'set the user', fields: { uid: 'number' } },
  capabilities: {
    op: 26,
    does: 'capset(2)',
    verb: 'set the capabilities',
    fields: { effective: 'number', permitted: 'number', inheritable: 'number' },
  },
  ambient_set: {
    op: 27,
    does: 'clear the ambient set, then raise the capabilities in `mask`',
    verb: 'set the ambient capabilities',
    fields: { mask: 'number' },
  },
  no_new_privileges: {
    op: 28,
    does: 'PR_SET_NO_NEW_PRIVS',
    verb: 'set no_new_privs',
    fields: {},
  },
  seccomp: {
    op: 29,
    does: 'load a compiled filter: an array of struct sock_filter',
    verb: 'load the seccomp filter',
    fields: { flags: 'number', program: 'bytes' },
  },
  umask: { op: 30, does: 'umask(2)', verb: 'set the umask', fields: { mask: 'number' } },
  chdir: {
    op: 31,
    does: 'change the working directory; it must be below the root',
    verb: 'change to the directory',
    fields: { path: 'string' },
  },
  chown_fd: {
    op: 32,
    does: 'give descriptor `fd` to its user if it is a pipe or socket; anything else of the host stays as it is',
    verb: 'give away the descriptor',
    fields: { fd: 'number', uid: 'number', gid: 'number' },
  },
  setsid: { op: 33, does: 'setsid(2)', verb: 'start a session', fields: {} },
  terminal: {
    op: 34,
    does: 'open a pseudo-terminal in the container, send its master to the parent, make the slave stdin, stdout and stderr, the controlling terminal and /dev/console',
    verb: 'open the terminal',
    fields: { rows: 'number', columns: 'number', uid: 'number', console: 'number' },
  },
  become_init: {
    op: 35,
    does: 'fork: the parent stays as PID 1, reaps and forwards signals; the child goes on with the Plan',
    verb: 'start as init',
    fields: {},
  },
  dumpable: { op: 36, does: 'PR_SET_DUMPABLE', verb: 'set dumpable to', fields: { value: 'number' } },
  find_exec: {
    op: 37,
    does: 'find the executable `file`: by itself if it has a slash, else in each directory of `search`',
    verb: 'find the executable',
    fields: { file: 'string', search: 'strings' },
  },
  exec: {
    op: 38,
    does: 'execve(2) what find_exec found; every descriptor but 0, 1 and 2 is closed',
    verb: 'run',
    fields: { argv: 'strings', env: 'strings' },
  },
  join_namespaces: {
    op: 39,
    does: 'enter the namespaces `flags` of the process whose pidfd `fd` is, or of the namespace file that it is; then close it and take "/" and the working directory of theirs',
    verb: 'enter',
    fields: { fd: 'number', flags: 'number' },
  },
  fork_into: {
    op: 40,
    does: "fork into the PID namespace that was entered, as a child of the helper's own parent, which is told; the helper ends, the child goes on with the Plan",
    verb: 'fork into',
    fields: {},
  },
  ...RUNTIME_STEPS,
} as const satisfies Record<string, StepDefinition>;

export type StepTable = typeof STEP_TABLE;
export type StepName = keyof StepTable;

/** One step of a Plan. */
export type Step = StepOf<StepTable>;
