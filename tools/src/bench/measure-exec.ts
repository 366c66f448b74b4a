import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findContainer, inspectContainer, removeContainer, runDetached } from '@mini/cli';
import { runIn } from '@mini/runtime-core';
import { miniCommand, miniStandalone } from '../workspace.js';
import { provideNodeVersions } from './node-versions.js';
import { openPodman } from './podman.js';
import { measureRounds } from './rounds.js';
import { BUSYBOX, TRUE_COMMAND } from './scene.js';
import { type BenchContext, formatSamples, mediansOf, type Section } from './section.js';
import type { Side } from './side.js';
import { command } from './sides/command.js';
import { ratioTarget, type Target } from './targets.js';

const COMMAND = 'mini exec (Node 24)';
const ONE_FILE = 'mini exec, one file';
const LIBRARY = 'runIn of a program';
const KILOBYTE = 1024;
const MOST_MONITOR_KB = 256;
const SLEEP = [BUSYBOX, 'sleep', '1000'] as const;

/** `true` in a container that runs, and what that container costs meanwhile. */
export async function measureExec(context: BenchContext): Promise<Section> {
  const { scene, options, has } = context;
  const name = `mini-bench-exec-${process.pid}`;
  const podman = has('podman') ? openPodman(scene.directory) : undefined;
  const root = { kind: 'directory', path: scene.root, overlay: false } as const;
  const { pid } = await runDetached({ root, name, command: [...SLEEP] });
  const bundle = has('crun') ? startCrun(context, name) : undefined;
  await podman?.run('run', '-d', '--name', name, '--network', 'none', '--rootfs', scene.root, ...SLEEP);
  try {
    const sides = await listSides(context, name, pid, podman);
    const samples = await measureRounds(sides, { rounds: options.rounds, batch: 1, warmUps: 2 });
    const { ConmonPid } = inspectContainer(name).State;
    const monitorKb = readPssBytes(ConmonPid) / KILOBYTE;
    return {
      title: '`true` in a running container',
      text: `${formatSamples(samples, LIBRARY)}\n\nThe container's monitor takes ${monitorKb.toFixed(0)} kB of memory (PSS); no Node process belongs to it.`,
      targets: judge(mediansOf(samples), context, monitorKb),
    };
  } finally {
    await removeContainer(findContainer(name).id, { force: true });
    if (bundle !== undefined) execFileSync('crun', ['delete', '-f', name]);
    await podman?.removeAll();
  }
}

function judge(median: (name: string) => number, { has }: BenchContext, monitorKb: number): Target[] {
  return [
    ...(has('podman')
      ? [COMMAND, ONE_FILE].map((name) =>
          ratioTarget(
            `\`${name}\` takes at most half of \`podman exec\``,
            median(name),
            median('podman exec'),
            0.5,
          ),
        )
      : []),
    ...(has('crun')
      ? [
          ratioTarget(
            '`runIn` takes at most a third of `crun exec`',
            median(LIBRARY),
            median('crun exec'),
            1 / 3,
          ),
        ]
      : []),
    {
      text: `a monitor takes at most ${MOST_MONITOR_KB} kB`,
      measured: `${monitorKb.toFixed(0)} kB`,
      isMet: monitorKb <= MOST_MONITOR_KB,
    },
  ];
}

async function listSides(
  { has, warn }: BenchContext,
  name: string,
  pid: number,
  podman: ReturnType<typeof openPodman> | undefined,
): Promise<Side[]> {
  const nodes = await provideNodeVersions(warn);
  const node = nodes.find(({ major }) => major === 24)?.file ?? process.execPath;
  const run = async () => {
    const start = performance.now();
    await runIn({ pid }, TRUE_COMMAND);
    return performance.now() - start;
  };
  return [
    { name: LIBRARY, run },
    command(COMMAND, node, [miniCommand, 'exec', name, TRUE_COMMAND]),
    command(ONE_FILE, miniStandalone, ['exec', name, TRUE_COMMAND]),
    ...(has('crun') ? [command('crun exec', 'crun', ['exec', name, TRUE_COMMAND])] : []),
    ...(podman === undefined
      ? []
      : [command('podman exec', podman.file, [...podman.words, 'exec', name, TRUE_COMMAND], podman.env)]),
  ];
}

function startCrun({ scene }: BenchContext, name: string): string {
  const bundle = scene.makeBundle(name, SLEEP);
  execFileSync('crun', ['run', '--detach', '--bundle', bundle, name], { stdio: 'ignore' });
  return bundle;
}

/** Proportional: what several processes share counts for each by its part. Source: proc_pid_smaps(5). */
function readPssBytes(pid: number): number {
  const [, kilobytes] = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')) ?? [];
  return Number(kilobytes) * KILOBYTE;
}
