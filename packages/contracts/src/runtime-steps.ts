import type { StepDefinition } from './step-definition.js';

/**
 * The part of the step table that an OCI runtime needs beyond an engine: containers that are created and started by
 * different callers, what a Spec says of namespaces of others, hooks, and scheduling.
 */
export const RUNTIME_STEPS = {
  wait_start: {
    op: 50,
    does: 'wait on the listening socket `fd` for whoever starts the container, who is the parent from then on: its connection takes the place of the control socket',
    verb: 'wait for the start of',
    fields: { fd: 'number' },
  },
  preserve_fds: {
    op: 51,
    does: 'move the `count` descriptors from `from` on to 3 and the following, where the command finds them',
    verb: 'hand over the descriptors',
    fields: { from: 'number', count: 'number' },
  },
  reopen_null: {
    op: 72,
    does: "open the container's own /dev/null in place of what is a null device among 0, 1 and 2; the starter's may be open for reading alone",
    verb: 'open the null device for',
    fields: {},
  },
  session_keyring: {
    op: 70,
    does: "take a new, anonymous session keyring in place of the starter's, keyctl(2)",
    verb: 'make a session keyring for',
    fields: {},
  },
  seccomp_listener: {
    op: 71,
    does: 'load a compiled filter and send the descriptor that answers for its calls to the parent',
    verb: 'load the seccomp filter',
    fields: { flags: 'number', program: 'bytes' },
  },
  join_files: {
    op: 52,
    does: 'enter the namespaces whose files the descriptors `fds` are, each of the kind in `flags`; those that cannot be entered from here are tried again from within the user namespace',
    verb: 'join',
    fields: { fds: 'numbers', flags: 'numbers' },
  },
  time_offsets: {
    op: 53,
    does: 'make a time namespace for the children to come, with these offsets: lines for timens_offsets',
    verb: 'set the clocks of',
    fields: { offsets: 'string' },
  },
  fork_new: {
    op: 54,
    does: "fork into new namespaces `flags` and those that were entered, as a child of the helper's own parent, which is told; the helper ends, the child goes on with the Plan",
    verb: 'create the namespaces of',
    fields: { flags: 'number' },
  },
  hook: {
    op: 55,
    does: 'run a program in the container as it is by now, what descriptor `stateFd` holds on its stdin; it must end with 0 within `timeoutMs`, if that is not 0',
    verb: 'run the hook',
    fields: { path: 'string', argv: 'strings', env: 'strings', timeoutMs: 'number', stateFd: 'number' },
  },
  io_priority: { op: 57, does: 'ioprio_set(2)', verb: 'set the IO priority', fields: { priority: 'number' } },
  scheduler: {
    op: 58,
    does: 'sched_setattr(2)',
    verb: 'set the scheduler',
    fields: {
      policy: 'number',
      flags: 'number',
      nice: 'number',
      priority: 'number',
      runtime: 'number',
      deadline: 'number',
      period: 'number',
    },
  },
  personality: {
    op: 59,
    does: 'personality(2)',
    verb: 'set the personality',
    fields: { persona: 'number' },
  },
  cpu_affinity: {
    op: 60,
    does: 'sched_setaffinity(2); `mask` is a bit for each CPU',
    verb: 'set the CPU affinity',
    fields: { mask: 'bytes' },
  },
  memory_policy: {
    op: 63,
    does: 'set_mempolicy(2); `mode` with its flags, `nodes` is a bit for each node, none where the mode takes none',
    verb: 'set the memory policy',
    fields: { mode: 'number', nodes: 'bytes' },
  },
  place_root: {
    op: 73,
    does: 'move the root under construction from "/" to the directory `path` of the host: there hooks look for it, and so does who enters the mount namespace meanwhile',
    verb: 'show the root',
    fields: { path: 'string' },
  },
  change_root: {
    op: 61,
    does: 'make the root under construction the root of this process alone: chroot(2), for who cannot pivot_root(2)',
    verb: 'change the root',
    fields: {},
  },
  mount_copied: {
    op: 62,
    does: 'mount a new file system on `target`, with a copy of the directory that it covers in it',
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
} as const satisfies Record<string, StepDefinition>;
