import { testScenarios } from '../support/parity/compare.js';
import { LIFE_SCENARIOS } from '../support/parity/lines-life.js';

await testScenarios('life', LIFE_SCENARIOS);
