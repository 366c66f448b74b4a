import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodePlan } from '@mini/contracts';
import { containerSteps } from '../support/root.js';
import { close, sampleSteps } from '../support/samples.js';

/** Writes what the fuzzer starts from: a Plan of every step, one of each alone, a whole container. */
export function writeSeeds(directory: string): number {
  mkdirSync(directory, { recursive: true });
  const plans = [
    close(sampleSteps),
    close([]),
    containerSteps('/srv/root', 'true'),
    ...sampleSteps.map((step) => close([step])),
  ];
  plans.forEach((steps, index) => {
    writeFileSync(join(directory, `seed-${index}.bin`), encodePlan({ steps }));
  });
  return plans.length;
}
