import { parseArgs } from 'node:util';
import { RuntimeError, reasonOf } from '@mini/contracts';

export const SECTIONS = [
  'proof',
  'spawn',
  'throughput',
  'command',
  'heap',
  'ps',
  'life',
  'exec',
  'output',
  'pull',
  'images',
  'archives',
  'oci',
] as const;
export type SectionName = (typeof SECTIONS)[number];

export interface BenchOptions {
  /** How many interleaved rounds are counted. */
  readonly rounds: number;
  readonly sections: readonly SectionName[];
  /** Whether docs/benchmarks.md is written: only by a run of all sections, unless told. */
  readonly writes: boolean;
}

export const usage = `Usage: nx bench tools [-- options]

Proves that mini, crun, runc and a bare C loop make the same container, then measures them beside each other.

  --rounds N      interleaved rounds (default 60)
  --only NAMES    some of: ${SECTIONS.join(', ')}; the report is not written then
  --no-write      print only
`;

const DEFAULT_ROUNDS = 60;

/** @throws RuntimeError `failed to parse arguments: …` */
export function parseBenchArguments(argv: readonly string[]): BenchOptions {
  const { rounds, only, write } = parseKnownFlags(argv);
  const sections = only === undefined ? [...SECTIONS] : only.split(',').map(readSection);
  return { rounds: readRounds(rounds), sections, writes: write !== false && only === undefined };
}

function parseKnownFlags(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowNegative: true,
      options: { rounds: { type: 'string' }, only: { type: 'string' }, write: { type: 'boolean' } },
    }).values;
  } catch (error) {
    throw invalidArguments(reasonOf(error));
  }
}

function readRounds(text: string | undefined): number {
  if (text === undefined) return DEFAULT_ROUNDS;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw invalidArguments(`--rounds ${JSON.stringify(text)} is not a number from 1 to 99999`);
}

function readSection(name: string): SectionName {
  const section = SECTIONS.find((each) => each === name);
  if (section !== undefined) return section;
  throw invalidArguments(`--only ${JSON.stringify(name)} is not one of ${SECTIONS.join(', ')}`);
}

function invalidArguments(reason: string): RuntimeError {
  return new RuntimeError({
    code: 'BAD_ARGUMENTS',
    message: `failed to parse arguments: ${reason}`,
    context: { hint: 'see "nx bench tools -- --help"' },
  });
}
