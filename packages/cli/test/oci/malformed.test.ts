import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MALFORMED_DOCUMENTS } from '@mini/contracts/malformed';
import test from 'ava';
import { main } from '../../src/oci/oci-main.js';

test('create refuses every malformed document with its message, before it makes anything', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'mini-malformed-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'config.json');
  mkdirSync(join(directory, 'rootfs'));
  t.true(MALFORMED_DOCUMENTS.length >= 150);
  for (const { name, source, message } of MALFORMED_DOCUMENTS) {
    writeFileSync(file, source);
    const said = { out: '', err: '' };
    const io = {
      env: {},
      writeOut: (text: string) => {
        said.out += text;
      },
      writeError: (text: string) => {
        said.err += text;
      },
    };
    const code = await main(['--root', join(directory, 'state'), 'create', '--bundle', directory, 'id'], io);
    const err = said.err.replace(`"${file}"`, '"config.json"');
    t.deepEqual({ code, out: said.out, err }, { code: 1, out: '', err: `${message}\n` }, name);
  }
  t.deepEqual(readdirSync(directory).sort(), ['config.json', 'rootfs']);
});
