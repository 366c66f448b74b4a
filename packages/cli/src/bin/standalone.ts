import { loadAddonsWith } from '@mini/contracts';
import { chooseFace } from '../standalone/face.js';
import { loadSealedAddon } from '../standalone/sealed-addon.js';

// Both commands in one executable; its packages' files are in it and have paths that only Bun can read.
loadAddonsWith(loadSealedAddon);
const { face, words } = chooseFace(process.argv0, process.argv.slice(2));
if (face === 'mini-oci') import('../oci/oci-main.js').then(({ runProcess }) => runProcess(undefined, words));
else import('../main.js').then(({ runProcess }) => runProcess(undefined, words));
