import { readFileSync, writeFileSync } from 'node:fs';
import { generatePlanHeader } from './plan-header.js';

// Writes include/plan.h; with --check only says whether the committed one is what the tables make now.
const path = new URL('../../include/plan.h', import.meta.url);
const header = generatePlanHeader();
if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== header) {
    console.error(
      'failed to check "include/plan.h": it differs from the tables; run "nx run contracts:generate"',
    );
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, header);
}
