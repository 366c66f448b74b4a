import { testScenarios } from '../support/parity/compare.js';
import { ATTACH_SCENARIOS } from '../support/parity/lines-attach.js';

await testScenarios('attach', ATTACH_SCENARIOS);
