import { findCacheDirectory } from '../cache-directory.js';
import { loadCached } from '../load-cached.js';

/** Put here by the bundler: a hash of what `hot.cjs` contains. */
declare const HOT_HASH: string;

// Runs only bundled, as CommonJS, beside hot.cjs, which is ../main.js and all that it needs on the way of a run.
if (process.versions.bun === undefined) {
  const directory = findCacheDirectory(process.env, process.geteuid?.());
  const hot = loadCached({ path: `${__dirname}/hot.cjs`, hash: HOT_HASH, directory, module, require });
  (hot.exports as typeof import('../main.js')).runProcess(hot.save);
} else {
  import('../main.js').then(({ runProcess }) => runProcess());
}
