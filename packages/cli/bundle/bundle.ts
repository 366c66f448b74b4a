import { chmodSync, mkdirSync, rmSync } from 'node:fs';
import { bundleCommand } from './bundle-command.js';

// Makes dist/bin from dist/src: run after tsc.
const root = new URL('../../', import.meta.url).pathname;
rmSync(`${root}dist/bin`, { recursive: true, force: true });
mkdirSync(`${root}dist/bin`, { recursive: true });
await bundleCommand(root, `${root}dist/bin`);
chmodSync(`${root}dist/bin/mini.cjs`, 0o755);
