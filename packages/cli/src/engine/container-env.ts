/** The PATH of a container that sets none: the one of Docker's and podman's images. */
export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What the environment of a container is made of, from the weakest to the strongest. */
export interface EnvironmentSources {
  readonly hostname: string;
  readonly home: string;
  readonly terminal: boolean;
  /** `KEY=value`, the later one wins. */
  readonly requested: readonly string[];
}

/** The environment as the process gets it: each key once, at the place where it came up first. */
export function buildEnvironment({ hostname, home, terminal, requested }: EnvironmentSources): string[] {
  const entries = [
    `PATH=${DEFAULT_PATH}`,
    `HOSTNAME=${hostname}`,
    ...(terminal ? ['TERM=xterm'] : []),
    `HOME=${home}`,
    ...requested,
  ];
  const byKey = new Map(entries.map((entry) => [entry.slice(0, entry.indexOf('=')), entry]));
  return [...byKey.values()];
}
