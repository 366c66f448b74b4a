import { testScenarios } from '../support/parity/compare.js';
import { EXEC_SCENARIOS } from '../support/parity/lines-exec.js';

await testScenarios('exec', EXEC_SCENARIOS);
