import { homedir } from 'node:os';

/** What of the process's surroundings decides where files are looked for and which proxies are used. */
export interface Environment {
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The user's home directory. */
  readonly home: string;
  readonly uid: number;
  /** Where registries' certificates lie; a later directory's are looked at too. */
  readonly certificateDirectories: readonly string[];
}

/** The surroundings of this process. */
export function processEnvironment(variables: Environment['variables'] = process.env): Environment {
  const home = variables.HOME || homedir();
  const own = variables.XDG_CONFIG_HOME || `${home}/.config`;
  return {
    variables,
    home,
    uid: process.getuid?.() ?? 0,
    certificateDirectories: [
      `${own}/containers/certs.d`,
      `${home}/.docker/certs.d`,
      '/etc/containers/certs.d',
      '/etc/docker/certs.d',
    ],
  };
}
