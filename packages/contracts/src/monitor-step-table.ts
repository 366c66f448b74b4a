import type { StepDefinition, StepOf } from './step-definition.js';

/**
 * What TypeScript has decided for a monitor beyond the start of its container: the same records as a Plan's, each run
 * at its own moment, when no Node lives that could be asked. All paths are the host's. `init-helper` refuses them.
 */
export const MONITOR_STEP_TABLE = {
  write_map: {
    op: 80,
    does: 'at each start of the container: write `value` to /proc/PID/`file` of its first process',
    verb: 'write',
    fields: { file: 'string', value: 'string' },
  },
  event_subject: {
    op: 81,
    does: 'what a line of the event log says of the container: members of a JSON object',
    verb: 'log an event',
    fields: { members: 'string' },
  },
  event_along: {
    op: 88,
    does: 'with the event `action` of the container, one of something else: before a start, after all others; `members` are those of a JSON object',
    verb: 'log an event',
    fields: { action: 'string', members: 'string' },
  },
  event_exec: {
    op: 89,
    does: 'at the end of a command that has entered a container: what is logged of it, as the exec `id`; `members` as in event_subject',
    verb: 'log an event',
    fields: { members: 'string', id: 'string' },
  },
  remove_groups: {
    op: 82,
    does: 'when the container has ended for good: remove the cgroup at `path` and those below it',
    verb: 'remove the cgroup',
    fields: { path: 'string' },
  },
  lock: {
    op: 83,
    does: 'first of a removal: flock(2) the file at `path` until the monitor ends',
    verb: 'lock',
    fields: { path: 'string' },
  },
  rename: {
    op: 84,
    does: 'of a removal: rename(2)',
    verb: 'rename',
    fields: { from: 'string', to: 'string' },
  },
  unlink_links: {
    op: 85,
    does: 'of a removal: with the file `lock` locked, unlink the symbolic links in `directory` that hold `content`',
    verb: 'remove the links in',
    fields: { directory: 'string', content: 'string', lock: 'string' },
  },
  remove_tree: {
    op: 86,
    does: 'of a removal: remove the directory at `path` with all below it, following no link',
    verb: 'remove',
    fields: { path: 'string' },
  },
  unlink: {
    op: 87,
    does: 'of a removal: unlink(2)',
    verb: 'remove',
    fields: { path: 'string' },
  },
} as const satisfies Record<string, StepDefinition>;

export type MonitorStepTable = typeof MONITOR_STEP_TABLE;

/** One step of a monitor's own Plan. */
export type MonitorStep = StepOf<MonitorStepTable>;
