import { buildExecutable } from './build-executable.js';

// Makes dist/standalone/mini from dist/src and the other packages' builds: run after all of them.
const root = new URL('../..', import.meta.url).pathname.replace(/\/$/, '');
await buildExecutable(root, `${root}/dist/standalone`);
