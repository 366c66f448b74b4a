import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const text = readFileSync(new URL('../../../packages/image-store/README.md', import.meta.url), 'utf8');
const [[, code = '', output = ''] = []] = text.matchAll(
  /```ts e2e\n(.*?)```\n\nprints\n\n```text\n(.*?)```/gs,
);
const whyNot = process.getuid?.() === 0 ? undefined : 'only root gives files away';

testUnless(whyNot, 'image.readme', 'the example of the README makes, saves and loads an image', async (t) => {
  const file = new URL('image-readme-example.mjs', import.meta.url);
  writeFileSync(file, code);
  t.teardown(() => rmSync(file));
  const env = { FORCE_COLOR: '0', TMPDIR: freshDirectory('readme') };
  const { stdout, stderr } = await execa(process.execPath, [fileURLToPath(file)], { env });
  t.is(stderr, '');
  t.is(`${stdout}\n`, output);
});
