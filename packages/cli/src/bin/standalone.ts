import { chooseFace } from '../standalone/face.js';

// Both commands in one executable. Each is bundled by itself: with the other's modules beside them its own would lie in
// more and smaller files, of which each takes its time at every start.
const { face, words } = chooseFace(process.argv0, process.argv.slice(2));
if (face === 'mini-oci') import('./standalone-oci.js').then(({ runProcess }) => runProcess(undefined, words));
else import('./standalone-mini.js').then(({ runProcess }) => runProcess(undefined, words));
