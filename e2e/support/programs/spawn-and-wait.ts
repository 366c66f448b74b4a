import { spawn } from '@mini/runtime-core';

// spawn-and-wait ROOT [end]: starts two containers, prints their pids and waits; with `end` for their end.
const [root = '/', end] = process.argv.slice(2);
const options = { root, stdio: 'ignore' } as const;
const children = [spawn('sleep', ['1000'], options), spawn('sleep', ['1000'], options)];
await Promise.all(children.map(({ started }) => started));
process.stdout.write(`${children.map(({ pid }) => pid).join(' ')}\n`);
if (end === 'end') for (const child of children) child.kill('SIGKILL');
await Promise.all(children.map(({ exited }) => exited));
