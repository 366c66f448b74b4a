import { testScenarios } from '../support/parity/compare.js';
import { RUN_SCENARIOS } from '../support/parity/lines-run.js';

await testScenarios('run', RUN_SCENARIOS);
