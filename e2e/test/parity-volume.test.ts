import { testScenarios } from '../support/parity/compare.js';
import { VOLUME_SCENARIOS } from '../support/parity/lines-volume.js';

await testScenarios('volume', VOLUME_SCENARIOS);
