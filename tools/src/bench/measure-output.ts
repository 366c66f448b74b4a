import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeContainer, runDetached, waitContainer } from '@mini/cli';
import { miniCommand } from '../workspace.js';
import { openPodman } from './podman.js';
import { BUSYBOX } from './scene.js';
import type { BenchContext, Section } from './section.js';
import { timeProgram } from './side.js';
import { quantile } from './statistics.js';
import { formatTable } from './table.js';
import { ratioTarget } from './targets.js';

const BYTES = 1 << 30;
const FILE_BYTES = 1 << 24;
const LINE = `${'x'.repeat(63)}\n`;
/** What is there already is written as fast as it is taken. */
const SCRIPT = `i=0; while [ $i -lt ${BYTES / FILE_BYTES} ]; do ${BUSYBOX} cat /lines; i=$((i + 1)); done`;
const MOST_ROUNDS = 3;
const LEAST_MB_A_SECOND = 400;
const NO_ROTATION = { maxBytes: 0, maxFiles: 1 };

/** One GiB of lines from a container in the background into its log, and out of it again. */
export async function measureOutput({ scene, options, has }: BenchContext): Promise<Section> {
  const podman = has('podman') ? openPodman(scene.directory) : undefined;
  const name = `mini-bench-output-${process.pid}`;
  writeFileSync(join(scene.root, 'lines'), LINE.repeat(FILE_BYTES / LINE.length));
  const script = [BUSYBOX, 'sh', '-c', SCRIPT];
  const root = { kind: 'directory', path: scene.root, overlay: false } as const;
  const [mini, theirs] = [
    { write: [] as number[], read: [] as number[] },
    { write: [] as number[], read: [] as number[] },
  ];
  const rounds = Math.min(MOST_ROUNDS, options.rounds);
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    await runDetached({ root, name, command: script, log: NO_ROTATION });
    await waitContainer(name);
    mini.write.push(performance.now() - start);
    mini.read.push(await timeProgram(process.execPath, [miniCommand, 'logs', name]));
    await removeContainer(name, { force: true });
  }
  // Minutes: once is enough.
  if (podman !== undefined) {
    const start = performance.now();
    const words = ['run', '-d', '--name', name, '--network', 'none', '--log-driver', 'k8s-file'];
    await podman.run(...words, '--rootfs', scene.root, ...script);
    await podman.run('wait', name);
    theirs.write.push(performance.now() - start);
    theirs.read.push(await timeProgram(podman.file, [...podman.words, 'logs', name], podman.env));
    await podman.removeAll();
  }
  const rows = [
    ['mini', ...formatTimes(mini)],
    ...(podman === undefined ? [] : [['podman', ...formatTimes(theirs)]]),
  ];
  const rate = rateOf(mini.read);
  return {
    title: 'One GiB of output, in the background',
    text: formatTable(['', 'run -d to its end, s', '`logs`, s', 'MB/s'], rows),
    targets: [
      ...(podman === undefined
        ? []
        : [
            ratioTarget(
              'one GiB through `run -d` takes at most a tenth of podman',
              medianOf(mini.write),
              medianOf(theirs.write),
              0.1,
            ),
          ]),
      {
        text: `\`logs\` gives at least ${LEAST_MB_A_SECOND} MB a second`,
        measured: `${rate.toFixed(0)} MB/s`,
        isMet: rate >= LEAST_MB_A_SECOND,
      },
    ],
  };
}

const medianOf = (samples: readonly number[]) => quantile(samples, 0.5);
const rateOf = (samples: readonly number[]) => BYTES / 1e6 / (medianOf(samples) / 1000);

function formatTimes({
  write,
  read,
}: {
  readonly write: readonly number[];
  readonly read: readonly number[];
}) {
  return [(medianOf(write) / 1000).toFixed(2), (medianOf(read) / 1000).toFixed(2), rateOf(read).toFixed(0)];
}
