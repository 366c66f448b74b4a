import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { MINI_OCI } from './oci.js';
import { freshBusyboxRoot, freshDirectory } from './roots.js';

/** A podman with a storage of its own, for which mini-oci is the runtime. */
export interface Podman {
  /** The words that call it, and the environment that it needs. */
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** The root of the containers that `run` starts. */
  readonly root: string;
  call(...words: string[]): Promise<ClientResult>;
  /** `podman run` without a network. */
  run(flags: readonly string[], ...command: string[]): Promise<ClientResult>;
}

export interface ClientResult {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

export function openPodman(): Podman {
  const directory = freshDirectory('podman');
  const config = join(directory, 'containers.conf');
  writeFileSync(
    config,
    '[containers]\ndefault_ulimits = []\n[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n' +
      'runtime_supports_json = ["mini-oci.cjs", "mini-oci"]\n' +
      'runtime_supports_nocgroup = ["mini-oci.cjs", "mini-oci"]\n',
  );
  const own = [
    ...['--root', join(directory, 'root'), '--runroot', join(directory, 'run')],
    ...['--storage-driver', 'vfs', '--runtime', MINI_OCI],
  ];
  const env = { CONTAINERS_CONF: config };
  const root = freshBusyboxRoot();
  const call = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await execa('podman', [...own, ...words], {
      reject: false,
      stdin: 'ignore',
      env,
      // conmon leaves a file where it is called when memory runs out.
      cwd: directory,
    });
    return { exitCode, stdout, stderr };
  };
  return {
    words: ['podman', ...own],
    env,
    root,
    call,
    run: (flags, ...command) => call('run', '--network', 'none', ...flags, '--rootfs', root, ...command),
  };
}
