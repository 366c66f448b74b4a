/** Executes a command in a container and prints what came of it, and how many children are left: the container is one. */
import { isRuntimeError } from '@mini/contracts';
import { runIn } from '@mini/runtime-core';
import { startContainer } from './library-container.js';
import { childrenOf } from './processes.js';

const box = await startContainer();
const message = await runIn({ pid: box.pid }, 'true').then(
  () => 'it ran',
  (error) => (isRuntimeError(error) ? error.message : String(error)),
);
console.log(JSON.stringify({ message, children: childrenOf(process.pid).length }));
await box.stop();
