import type { Side } from './side.js';

export interface RoundOptions {
  readonly rounds: number;
  /** How often a side works in a row before it is the next one's turn. */
  readonly batch: number;
  /** Rounds before those that count. */
  readonly warmUps: number;
}

/**
 * Measures all sides in turn, A B C, B C A, C A B, …, so that what else the machine does falls on all of them alike, and
 * so does what one leaves to the next. Returns the samples of each side, in milliseconds, by its name.
 */
export async function measureRounds(
  sides: readonly Side[],
  { rounds, batch, warmUps }: RoundOptions,
): Promise<Map<string, number[]>> {
  const samples = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
  for (let round = -warmUps; round < rounds; round += 1) {
    for (const side of rotate(sides, round + warmUps)) {
      for (let run = 0; run < batch; run += 1) {
        const durationMs = await side.run();
        if (round >= 0) samples.get(side.name)?.push(durationMs);
      }
    }
  }
  return samples;
}

function rotate<T>(values: readonly T[], by: number): T[] {
  const first = by % values.length;
  return [...values.slice(first), ...values.slice(0, first)];
}
