/**
 * Fuzzes the Plan reader for FUZZ_SECONDS (60), reports its edge coverage, and then proves that the fuzzer finds what
 * it should: the same reader with a bug put in on purpose must fall within a million inputs. Run by `nx run init-helper:fuzz`.
 */
import { mkdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { writeSeeds } from './write-seeds.js';

const directory = fileURLToPath(new URL('../../fuzz', import.meta.url));
const SEEDED_BUG_INPUTS = 1_000_000;

/** Runs one of the fuzzing programs of the Makefile over its own corpus and the seeds. */
async function runProgram(program: string, corpus: string, limit: string) {
  mkdirSync(`${directory}/${corpus}`, { recursive: true });
  const options = ['-max_len=4096', '-timeout=60', '-artifact_prefix=crash-', limit];
  const { exitCode, stderr } = await execa(`./${program}`, [...options, corpus, 'seeds'], {
    cwd: directory,
    reject: false,
  });
  const lastNumber = (pattern: RegExp) => Number([...stderr.matchAll(pattern)].at(-1)?.[1] ?? '0');
  return {
    exitCode,
    stderr,
    executions: lastNumber(/^#(\d+)/gm),
    covered: lastNumber(/ cov: (\d+) /g),
    edges: lastNumber(/\((\d+) inline 8-bit counters\)/g),
  };
}

function giveUp(reason: string, output: string): never {
  console.error(output);
  console.error(`failed to fuzz the plan reader: ${reason}`);
  process.exit(1);
}

async function main(seconds: number): Promise<void> {
  for (const old of ['seeds', 'corpus', 'corpus-seeded'])
    rmSync(`${directory}/${old}`, { recursive: true, force: true });
  const seeds = writeSeeds(`${directory}/seeds`);

  const sound = await runProgram('plan-fuzz', 'corpus', `-max_total_time=${seconds}`);
  if (sound.exitCode !== 0) giveUp(`it fell, exit code ${sound.exitCode}`, sound.stderr);
  const { covered, edges, ...coverage } = await runProgram('plan-fuzz-coverage', 'corpus', '-runs=0');
  if (coverage.exitCode !== 0 || covered === 0) giveUp('its coverage was not counted', coverage.stderr);
  const share = Math.round((covered / edges) * 100);
  console.log(`plan reader: ${sound.executions} inputs from ${seeds} seeds, no finding`);
  console.log(`plan reader: ${covered} of ${edges} edges covered, ${share} %`);

  const limit = `-runs=${SEEDED_BUG_INPUTS}`;
  const seeded = await runProgram('plan-fuzz-seeded', 'corpus-seeded', limit);
  if (!seeded.stderr.includes('ERROR: AddressSanitizer'))
    giveUp(`the seeded bug was not found within ${SEEDED_BUG_INPUTS} inputs`, seeded.stderr);
  console.log(`seeded bug: found after ${seeded.executions} inputs`);
}

await main(Number(process.env.FUZZ_SECONDS ?? '60'));
