import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { loadImage } from '../support/loaded-image.js';
import { mini } from '../support/mini.js';
import { freshDirectory } from '../support/roots.js';

/** Makes the file in whatever shell, template or list of arguments it is read as a command. */
const payload = (path: string) =>
  `x'"; touch ${path}; $(touch ${path}) \`touch ${path}\` {{printf ${path}}}\n`;

test('what such a label says is done where a shell reads it: the attack is real', (t) => {
  const path = join(freshDirectory('label'), 'made');
  execFileSync('sh', ['-c', `echo "${payload(path).replace('"', '')}" 2>/dev/null`]);
  t.true(existsSync(path));
});

test('labels that look like commands are text, from the image to its containers', async (t) => {
  const path = join(freshDirectory('label'), 'made');
  const label = payload(path);
  const Labels = { run: label, RUN: label, 'io.containers.autoupdate': label, [label.trim()]: 'name' };
  const { name } = await loadImage(t, { config: { Labels, Cmd: ['true'] } });
  const container = `labels-${process.pid}`;
  t.teardown(() => mini(['rm', '-f', container]));
  t.is((await mini(['run', '--name', container, name])).exitCode, 0);
  for (const object of [name, container]) {
    const { stdout } = await mini(['inspect', '-f', '{{json .Config.Labels}}', object]);
    t.deepEqual(JSON.parse(stdout), Labels);
  }
  t.is(
    (await mini(['ps', '-a', '-f', `name=${container}`, '--format', '{{.Label "run"}}'])).stdout,
    `${label}\n`,
  );
  t.is((await mini(['commit', container, `${name}-two`])).exitCode, 0);
  t.is((await mini(['rmi', `${name}-two`])).exitCode, 0);
  t.false(existsSync(path));
});
