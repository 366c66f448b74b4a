/** How often each race is run; the target `attacks-long` says it. */
const RACES = process.env.MINI_RACES;

const TOLD_EVERY = 500;

export interface RaceCount {
  readonly races: number;
  /** What the attempts have returned, in sum. */
  readonly done: number;
}

/**
 * Makes an attempt after the other while somebody else exchanges names, `usual` of them unless told, and prints how far
 * it is. An attempt resolves with how much of it went through: being refused is an answer too.
 */
export async function runRaces(
  title: string,
  usual: number,
  attempt: (race: number) => Promise<number>,
): Promise<RaceCount> {
  const races = Number(RACES ?? usual);
  let done = 0;
  for (let race = 0; race < races; race++) {
    done += await attempt(race);
    if ((race + 1) % TOLD_EVERY === 0) console.log(`${title}: ${race + 1} of ${races}, ${done} went through`);
  }
  return { races, done };
}
