import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { bundleCommand } from './bundle-command.js';

// Makes dist/bin from dist/src: run after tsc. What was there stays until all is made.
const root = new URL('../../', import.meta.url).pathname;
const files = await bundleCommand(root);
rmSync(`${root}dist/bin`, { recursive: true, force: true });
mkdirSync(`${root}dist/bin`);
for (const [name, text] of files) writeFileSync(`${root}dist/bin/${name}`, text);
chmodSync(`${root}dist/bin/mini.cjs`, 0o755);
