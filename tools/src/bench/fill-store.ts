/**
 * Makes stopped containers. Arguments: ROOT and how many. One is run; the others are made, and get a copy of its status: of a
 * container that has ended nothing else is left.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createContainer,
  findContainer,
  openEngine,
  removeContainer,
  runDetached,
  waitContainer,
} from '@mini/cli';

const [path = '/', count = '0'] = process.argv.slice(2);
const engine = openEngine();
const request = { root: { kind: 'directory', path, overlay: false }, command: ['/bin/true'] } as const;
const { id } = await runDetached(request, engine);
await waitContainer(id, {}, engine);
const { directory } = findContainer(id, engine);
for (let left = Number(count); left > 0; left--) {
  const made = await createContainer(request, engine);
  const other = join(directory, '..', made.id);
  copyFileSync(join(directory, 'status'), join(other, 'status'));
}
await removeContainer(id, {}, engine);
