import { findCacheDirectory } from '../cache-directory.js';
import { loadCached } from '../load-cached.js';

/** Put here by the bundler: a hash of what `oci-hot.cjs` contains. */
declare const HOT_HASH: string;

/** Commands that callers call all day. */
const COMMAND = /^(?:create|start|state|kill|delete|exec|run|ps|pause|resume|update)$/;

// Runs only bundled, as CommonJS, beside oci-hot.cjs, which is ../oci/oci-main.js and all that its commands need. What of
// it is compiled differs from command to command, so each has compiled code of its own.
if (process.versions.bun === undefined) {
  const directory = findCacheDirectory(process.env, process.geteuid?.());
  const command = process.argv.find((word) => COMMAND.test(word)) ?? 'other';
  const hash = `${HOT_HASH}-${command}`;
  const hot = loadCached({ path: `${__dirname}/oci-hot.cjs`, hash, directory, module, require });
  (hot.exports as typeof import('../oci/oci-main.js')).runProcess(hot.save);
} else {
  import('../oci/oci-main.js').then(({ runProcess }) => runProcess());
}
