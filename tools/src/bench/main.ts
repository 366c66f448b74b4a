import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isRuntimeError, RuntimeError } from '@mini/contracts';
import { execa } from 'execa';
import { toolsRoot } from '../workspace.js';
import { describeMachine } from './machine.js';
import { measureArchives } from './measure-archives.js';
import { measureCommand } from './measure-command.js';
import { measureExec } from './measure-exec.js';
import { measureHeap } from './measure-heap.js';
import { measureImages } from './measure-images.js';
import { measureLife } from './measure-life.js';
import { measureOci } from './measure-oci.js';
import { measureOutput } from './measure-output.js';
import { measurePs } from './measure-ps.js';
import { measurePull } from './measure-pull.js';
import { containerSides, measureSpawn } from './measure-spawn.js';
import { measureThroughput } from './measure-throughput.js';
import { type BenchOptions, parseBenchArguments, type SectionName, usage } from './options.js';
import { proveEqual } from './proof/prove.js';
import { reportProof } from './proof/report-proof.js';
import { relaunchWithAllTrees } from './relaunch.js';
import { formatReport, writeReport } from './report.js';
import { BUNDLE_GROUP, LOOP_GROUP, openScene } from './scene.js';
import type { BenchContext, Section } from './section.js';
import { listTrees, removeGroups } from './trees.js';

const MEASUREMENTS: Readonly<
  Record<Exclude<SectionName, 'proof'>, (context: BenchContext) => Promise<Section>>
> = {
  spawn: measureSpawn,
  throughput: measureThroughput,
  command: measureCommand,
  heap: measureHeap,
  ps: measurePs,
  life: measureLife,
  exec: measureExec,
  output: measureOutput,
  pull: measurePull,
  images: measureImages,
  archives: measureArchives,
  oci: measureOci,
};

const warn = (line: string) => process.stderr.write(`bench: ${line}\n`);

/** 0, or 1 when the sides do not do the same. */
async function runBench(options: BenchOptions): Promise<number> {
  const machine = describeMachine();
  const trees = listTrees();
  const busybox = ['/bin/busybox', '/usr/bin/busybox'].find(isProgram);
  if (busybox === undefined) throw missing('a static busybox', 'apt-get install busybox-static');
  await execa('make', ['--silent', '-C', join(toolsRoot, 'bench')], { stdio: 'inherit' });
  const scene = openScene(busybox);
  const context: BenchContext = { scene, trees, options, has: hasProgram, warn };
  try {
    const sections: Section[] = [];
    for (const name of options.sections) {
      if (name === 'proof') sections.push(await prove(context));
      else sections.push(await MEASUREMENTS[name](context));
      const { title, text, targets } = sections.at(-1)!;
      const verdicts = targets.map(
        (each) => `${each.isMet ? 'met' : 'not met'}: ${each.text} (${each.measured})\n`,
      );
      process.stdout.write(`${title}\n\n${text}\n\n${verdicts.join('')}\n`);
    }
    if (options.writes) writeReport(formatReport(machine, options.rounds, sections));
    return 0;
  } finally {
    removeGroups(trees, [BUNDLE_GROUP, LOOP_GROUP]);
    scene.remove();
  }
}

async function prove(context: BenchContext): Promise<Section> {
  const sides = containerSides(context);
  try {
    const verdicts = await proveEqual(sides);
    const text = reportProof(verdicts);
    if (verdicts.some(({ unexplained }) => unexplained.length > 0)) {
      throw new RuntimeError({
        code: 'BENCH_UNEQUAL',
        message: `failed to prove that the sides do the same:\n${text}`,
      });
    }
    return { title: 'Both sides do the same', text, targets: [] };
  } finally {
    for (const side of sides) await side.close?.();
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function hasProgram(name: string): boolean {
  return (process.env.PATH ?? '').split(delimiter).some((directory) => isProgram(join(directory, name)));
}

function missing(what: string, hint: string): RuntimeError {
  return new RuntimeError({
    code: 'BENCH_IMPOSSIBLE',
    message: `failed to run the benchmark: ${what} is missing`,
    context: { hint },
  });
}

async function main(argv: readonly string[]): Promise<number> {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(usage);
    return 0;
  }
  const options = parseBenchArguments(argv);
  if (process.getuid?.() !== 0) throw missing('the root user', 'run it as root');
  return (await relaunchWithAllTrees()) ?? (await runBench(options));
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!isRuntimeError(error)) throw error;
  warn(error.message);
  if (error.context.hint !== undefined) warn(`hint: ${error.context.hint}`);
  process.exitCode = 1;
}
