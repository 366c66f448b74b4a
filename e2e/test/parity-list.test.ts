import { testScenarios } from '../support/parity/compare.js';
import { LIST_SCENARIOS } from '../support/parity/lines-list.js';

await testScenarios('list', LIST_SCENARIOS);
