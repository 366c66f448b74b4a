import { testScenarios } from '../support/parity/compare.js';
import { LIMIT_SCENARIOS } from '../support/parity/lines-limits.js';

await testScenarios('limits', LIMIT_SCENARIOS);
