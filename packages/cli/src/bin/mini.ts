import { openCompileCache } from '../compile-cache.js';

// First of all, so that everything loaded from here on comes out of the cache.
openCompileCache();
import('../main.js').then(({ runProcess }) => runProcess());
