import { loadAddonsWith } from '@mini/contracts';
import { loadSealedAddon } from '../standalone/sealed-addon.js';

// The executable's packages have paths that only Bun can read.
loadAddonsWith(loadSealedAddon);

export { runProcess } from '../oci/oci-main.js';
