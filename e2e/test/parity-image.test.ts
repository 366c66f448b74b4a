import { testScenarios } from '../support/parity/compare.js';
import { IMAGE_SCENARIOS } from '../support/parity/lines-image.js';

await testScenarios('image', IMAGE_SCENARIOS);
