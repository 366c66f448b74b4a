import { testScenarios } from '../support/parity/compare.js';
import { COPY_SCENARIOS } from '../support/parity/lines-copy.js';

await testScenarios('copy', COPY_SCENARIOS);
