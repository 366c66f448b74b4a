import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { bundleCommands } from './bundle-commands.js';
import { MINI, MINI_OCI } from './programs.js';

// Makes dist/bin from dist/src: run after tsc. What was there stays until all is made.
const root = new URL('../../', import.meta.url).pathname;
const { files } = await bundleCommands(root, [MINI, MINI_OCI]);
rmSync(`${root}dist/bin`, { recursive: true, force: true });
mkdirSync(`${root}dist/bin`);
for (const [name, text] of files) writeFileSync(`${root}dist/bin/${name}`, text);
for (const name of ['mini.cjs', 'mini-oci.cjs']) chmodSync(`${root}dist/bin/${name}`, 0o755);
