import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { daemonDirectory, startDaemon, withEveryTree } from './daemon.js';
import { MINI_OCI } from './oci.js';
import type { ClientResult } from './podman.js';
import { busyboxRoot } from './roots.js';

/** A containerd of a test's own, without CRI, and `ctr` for which mini-oci is the runtime. */
export interface Ctr {
  /** The words that call it. */
  readonly words: readonly string[];
  call(...words: string[]): Promise<ClientResult>;
  /** The words after `ctr` that run a command of busybox. */
  runWords(id: string, flags: readonly string[], ...command: string[]): string[];
  run(id: string, flags: readonly string[], ...command: string[]): Promise<ClientResult>;
  stop(): Promise<void>;
}

export async function startCtr(): Promise<Ctr> {
  const directory = daemonDirectory('ctrd');
  const socket = join(directory, 'sock');
  const config = join(directory, 'config.toml');
  writeFileSync(
    config,
    `version = 2\nroot = "${directory}/root"\nstate = "${directory}/state"\n` +
      `disabled_plugins = ["io.containerd.grpc.v1.cri"]\n[grpc]\naddress = "${socket}"\n`,
  );
  const command = withEveryTree(['containerd', '--config', config]);
  const daemon = await startDaemon(directory, command, () => existsSync(socket));
  const runtime = ['--runc-binary', MINI_OCI, '--runc-root', join(directory, 'runc')];
  const call = async (...words: string[]) => {
    const { exitCode, stdout, stderr } = await execa('ctr', ['-a', socket, ...words], {
      reject: false,
      stdin: 'ignore',
    });
    return { exitCode, stdout, stderr };
  };
  const runWords: Ctr['runWords'] = (id, flags, ...words) => [
    'run',
    ...flags,
    ...runtime,
    '--rootfs',
    busyboxRoot(),
    id,
    ...words,
  ];
  return {
    words: ['ctr', '-a', socket],
    call,
    runWords,
    run: (...words) => call(...runWords(...words)),
    stop: () => daemon.stop(),
  };
}
