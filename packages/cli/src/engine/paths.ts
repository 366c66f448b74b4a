import { join } from 'node:path';

/** Where mini keeps its files. Source: the XDG base directory specification; as root the system's directories. */
export interface EnginePaths {
  /** What outlives a reboot: records, layers, throw-away upper directories. */
  readonly dataDirectory: string;
  /** What does not: sockets, files made for one run. */
  readonly runDirectory: string;
}

/** The directories for a user. `environment` is `process.env`, handed in for the tests. */
export function enginePaths(
  uid: number,
  environment: Readonly<Record<string, string | undefined>>,
): EnginePaths {
  if (uid === 0) return { dataDirectory: '/var/lib/mini', runDirectory: '/run/mini' };
  // The specification has variables count as unset when they are empty, and relative paths be ignored.
  const absolute = (name: string) =>
    environment[name]?.startsWith('/') === true ? environment[name] : undefined;
  const home = absolute('HOME') ?? '/';
  const data = absolute('XDG_DATA_HOME') ?? join(home, '.local/share');
  const runtime = absolute('XDG_RUNTIME_DIR') ?? join('/tmp', `mini-${uid}`);
  return { dataDirectory: join(data, 'mini'), runDirectory: join(runtime, 'mini') };
}
