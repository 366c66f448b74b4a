import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa, execaSync } from 'execa';
import { busyboxRoot, freshDirectory } from '../roots.js';
import { type EngineResult, LONGEST, type RunSettings } from './engine-result.js';

/** What podman calls the image; it adds "localhost/" and ":latest" where it shows it. */
const IMAGE = 'parity';

const CONFIGURATION = `[containers]
default_ulimits = []
netns = "none"
log_driver = "k8s-file"
[engine]
runtime = "runc"
events_logger = "file"
`;

/** podman on storage of its own, or why there is none here. */
export type PodmanSetUp = { readonly podman: Podman } | { readonly reason: string };

/** podman, with nothing of its that outlives `stop`. */
export interface Podman {
  run(words: readonly string[], settings: RunSettings): Promise<EngineResult>;
  /** Removes all containers and unmounts the storage. */
  stop(): Promise<void>;
}

/**
 * Sets podman up with the busybox root as its image. What differs for reasons of the machine is set: no limits of its
 * own, no network, files instead of the journal. Its runtime is runc, which runs on every layout of control groups.
 */
export async function setUpPodman(): Promise<PodmanSetUp> {
  const version = execaSync('podman', ['--version'], { reject: false });
  if (version.exitCode !== 0) return { reason: 'podman is not installed' };
  const directory = freshDirectory('podman');
  const call = prepare(directory);
  const tar = execaSync('tar', ['-C', busyboxRoot(), '-c', '.'], { encoding: 'buffer' }).stdout;
  await call(['import', '-', IMAGE], { input: tar });
  const tried = await call(['run', '--rm', IMAGE, 'true'], {});
  if (tried.exitCode === 0) return { podman: { run: call, stop: () => stop(directory, call) } };
  await stop(directory, call);
  return { reason: `podman cannot run a container here: ${tried.stderr.trim().split('\n').at(-1) ?? ''}` };
}

function prepare(directory: string): Podman['run'] {
  const place = (name: string) => {
    mkdirSync(join(directory, name), { recursive: true });
    return join(directory, name);
  };
  const configuration = join(directory, 'containers.conf');
  writeFileSync(configuration, CONFIGURATION);
  const options = ['--root', place('root'), '--runroot', place('run'), '--tmpdir', place('tmp')];
  options.push('--cgroup-manager', 'cgroupfs', '--storage-driver', 'vfs');
  return async (words, { input, env, cwd }) => {
    const result = await execa(
      'podman',
      [...options, ...words.map((word) => word.replaceAll('@IMAGE', IMAGE))],
      {
        env: { ...env, CONTAINERS_CONF: configuration },
        reject: false,
        ...LONGEST,
        stripFinalNewline: false,
        ...(cwd === undefined ? {} : { cwd }),
        ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
      },
    );
    return { exitCode: result.exitCode ?? -1, stdout: result.stdout, stderr: result.stderr };
  };
}

async function stop(directory: string, call: Podman['run']): Promise<void> {
  await call(['rm', '-f', '-a', '-t', '0'], {});
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8').split('\n');
  const places = mounts.map((line) => line.split(' ')[4] ?? '').filter((path) => path.startsWith(directory));
  for (const place of places.reverse()) execaSync('umount', ['-l', place], { reject: false });
}
