import type { Log } from './log.js';

/** What a command is handed of the process it runs in. */
export interface OciContext {
  /** Directory that holds a directory for each container. */
  readonly root: string;
  readonly log: Log;
  /** Whether a container gets a control group: never, always, or where we may make one. */
  readonly cgroups: 'never' | 'always' | 'allowed';
  /** Who makes control groups: we, or systemd at our word. */
  readonly cgroupManager: 'cgroupfs' | 'systemd';
  readonly env: Readonly<Record<string, string | undefined>>;
  writeOut(text: string): void;
}
