/**
 * Fuzzes the validation of OCI documents for FUZZ_SECONDS (60), and then proves that the fuzzer finds what it should: a
 * reader with a fault put in on purpose must fall within 100,000 inputs. FUZZ_SEED repeats a run. Run by
 * `nx run contracts:fuzz`.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { ExactReader } from '../../src/json/exact-reader.js';
import { checkInput, type Reader } from './check-input.js';
import { type Input, inputsFrom, listSeeds } from './inputs.js';

const BATCH = 500;
const SEEDED_FAULT_INPUTS = 100_000;

interface Run {
  readonly inputs: number;
  readonly finding?: { readonly input: Input; readonly what: string };
}

/** @param isOver asked with the count of inputs so far, before each batch */
function fuzz(
  inputs: fc.Arbitrary<Input>,
  firstSeed: number,
  isOver: (count: number) => boolean,
  read?: Reader,
): Run {
  let count = 0;
  for (let seed = firstSeed; !isOver(count); seed += 1) {
    for (const input of fc.sample(inputs, { seed, numRuns: BATCH })) {
      count += 1;
      const what = checkInput(input, read);
      if (what !== undefined) return { inputs: count, finding: { input, what } };
    }
  }
  return { inputs: count };
}

/** A reader that looks for long numbers, but not for members given twice. */
function readTrustfully(source: string | Uint8Array): unknown {
  const text = source.toString();
  try {
    return /[0-9]{16}/.test(text) ? new ExactReader(text).read() : JSON.parse(text);
  } catch {
    return new ExactReader(text).read();
  }
}

function main(seconds: number, seed: number): void {
  const seeds = listSeeds();
  const inputs = inputsFrom(seeds);
  const end = performance.now() + seconds * 1000;
  const sound = fuzz(inputs, seed, () => performance.now() >= end);
  if (sound.finding !== undefined) {
    const { input, what } = sound.finding;
    const file = fileURLToPath(new URL(`../../crash-${input.kind}.json`, import.meta.url));
    writeFileSync(file, input.bytes);
    console.error(`failed to fuzz validation (FUZZ_SEED=${seed}): ${what}; the input is in ${file}`);
    process.exit(1);
  }
  console.log(
    `validation: ${sound.inputs} inputs from ${seeds.length} seeds, no finding (FUZZ_SEED=${seed})`,
  );

  const faulty = fuzz(inputs, seed, (count) => count >= SEEDED_FAULT_INPUTS, readTrustfully);
  if (faulty.finding === undefined) {
    console.error(
      `failed to fuzz validation: the seeded fault was not found within ${SEEDED_FAULT_INPUTS} inputs`,
    );
    process.exit(1);
  }
  console.log(`seeded fault: found after ${faulty.inputs} inputs`);
}

main(Number(process.env.FUZZ_SECONDS ?? '60'), Number(process.env.FUZZ_SEED ?? Date.now() % 2 ** 31));
