import { findCacheDirectory } from '../cache-directory.js';
import { loadCached } from '../load-cached.js';

/** Put here by the bundler: a hash of what `hot.cjs` contains. */
declare const HOT_HASH: string;

/** Commands that scripts call all day: those of the hot path. */
const COMMAND = /^(?:run|create|exec|kill|ps|rm|start|stop|wait)$/;

// Runs only bundled, as CommonJS, beside hot.cjs, which is ../main.js and all that these commands need on their way. What of
// it is compiled differs from command to command, so each has compiled code of its own.
if (process.versions.bun === undefined) {
  const directory = findCacheDirectory(process.env, process.geteuid?.());
  const command = process.argv.find((word) => COMMAND.test(word)) ?? 'other';
  const hash = `${HOT_HASH}-${command}`;
  const hot = loadCached({ path: `${__dirname}/hot.cjs`, hash, directory, module, require });
  (hot.exports as typeof import('../main.js')).runProcess(hot.save);
} else {
  import('../main.js').then(({ runProcess }) => runProcess());
}
