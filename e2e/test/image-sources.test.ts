import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { atTerminal, whyNoTerminal } from '../support/at-terminal.js';
import { failure, freshName, succeed } from '../support/detached.js';
import { busyboxLayer, file, layerOf, writeArchive } from '../support/image-archive.js';
import { MINI, mini } from '../support/mini.js';
import { freshDirectory } from '../support/roots.js';
import { testUnless } from '../support/skip.js';

const without = (program: string) =>
  spawnSync(program, ['--version']).status === 0 ? undefined : `there is no ${program}`;

const removing = (name: string) => () => mini(['rmi', '-f', name]);

/** A file compressed by a program of the machine; its path. */
function compress(program: string, bytes: Uint8Array, ...words: string[]): string {
  const path = join(freshDirectory('compressed'), `archive.tar.${program}`);
  const { stdout } = spawnSync(program, ['-c', ...words], { input: bytes, maxBuffer: 1 << 26 });
  writeFileSync(path, stdout);
  return path;
}

for (const program of ['gzip', 'xz', 'zstd']) {
  testUnless(
    without(program),
    `image.${program}`,
    `load and import read what ${program} compressed`,
    async (t) => {
      const [loaded, imported] = [`${freshName()}:1`, `${freshName()}:1`];
      const layers = [await busyboxLayer(), await layerOf(file('text', `from ${program}\n`))];
      const archive = await writeArchive([{ names: [loaded], layers, config: { Cmd: ['cat', '/text'] } }]);
      const path = compress(program, readFileSync(archive));
      t.is(await succeed(t, 'load', '-i', path), `Loaded image: ${loaded}\n`);
      t.teardown(removing(loaded));
      t.is(await succeed(t, 'run', '--rm', loaded), `from ${program}\n`);
      const files = compress(program, await busyboxLayer());
      await succeed(t, 'import', '-c', 'CMD ["echo", "imported"]', files, imported);
      t.teardown(removing(imported));
      t.is(await succeed(t, 'run', '--rm', imported), 'imported\n');
      // The layer has a form that every engine knows.
      const saved = join(freshDirectory('saved'), 'saved.tar');
      await succeed(t, 'save', '-o', saved, imported);
      await succeed(t, 'rmi', imported);
      t.is(await succeed(t, 'load', '-i', saved), `Loaded image: ${imported}\n`);
      t.is(await succeed(t, 'run', '--rm', imported), 'imported\n');
    },
  );
}

testUnless(without('xz'), 'image.xz', 'an xz archive that cannot be read is refused', async (t) => {
  const whole = readFileSync(compress('xz', await busyboxLayer()));
  const path = join(freshDirectory('cut'), 'cut.tar.xz');
  writeFileSync(path, whole.subarray(0, whole.length >> 1));
  for (const words of [['import'], ['load', '-i']]) {
    t.deepEqual(
      await mini([...words, path]),
      failure(`failed to ${words[0]} "${path}": failed to read the xz stream: unexpected end of file`),
    );
  }
  const other = compress('xz', await busyboxLayer(), '--check=sha256');
  t.deepEqual(
    await mini(['import', other]),
    failure(
      `failed to import "${other}": failed to read the xz stream: it has a filter or a check other than LZMA2, CRC32 and CRC64`,
    ),
  );
});

test('import reads stdin', async (t) => {
  const name = `${freshName()}:1`;
  const { exitCode, stdout, stderr } = await mini(['import', '-', name], { input: await busyboxLayer() });
  t.deepEqual({ exitCode, stderr }, { exitCode: 0, stderr: '' });
  t.teardown(removing(name));
  t.regex(stdout, /^sha256:[0-9a-f]{64}\n$/);
  t.is(await succeed(t, 'run', '--rm', name, 'echo', 'there'), 'there\n');
  t.is(await succeed(t, 'history', '--format', '{{.Comment}}', name), 'Imported from stdin\n');
});

testUnless(whyNoTerminal(), 'image.terminal', 'no archive is waited for at a terminal', async (t) => {
  t.deepEqual(await atTerminal([MINI, 'import', '-'], ''), {
    exitCode: 1,
    shown: 'failed to import "stdin": it is a terminal\nhint: send it an archive',
  });
  t.deepEqual(await atTerminal([MINI, 'load'], ''), {
    exitCode: 1,
    shown: 'failed to load images: stdin is a terminal\nhint: use -i FILE, or send it an archive',
  });
});

/** A web server that has one file; its host. */
async function serve(t: ExecutionContext, path: string, bytes: Uint8Array): Promise<string> {
  const server = createServer(({ url, headers }, response) => {
    if (url === '/elsewhere') response.writeHead(301, { location: path }).end();
    else if (url === '/cut') {
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, 1000), () => response.destroy());
    } else if (url !== path) response.writeHead(404).end();
    else if (headers.authorization === undefined) response.end(bytes);
    else response.end(headers.authorization === `Basic ${btoa('ann:secret')}` ? bytes : 'refused');
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('import fetches an archive from the web', async (t) => {
  const host = await serve(t, '/files.tar', await busyboxLayer());
  for (const address of [`http://${host}/files.tar`, `http://ann:secret@${host}/elsewhere`]) {
    const name = `${freshName()}:1`;
    await succeed(t, 'import', address, name);
    t.teardown(removing(name));
    t.is(await succeed(t, 'run', '--rm', name, 'echo', 'there'), 'there\n');
    const shown = address.replace('secret', 'xxxxx');
    t.is(await succeed(t, 'history', '--format', '{{.Comment}}', name), `Imported from ${shown}\n`);
  }
  t.deepEqual(
    await mini(['import', `http://${host}/none.tar`]),
    failure(`failed to read "http://${host}/none.tar": "${host}" answers with HTTP status 404`),
  );
  const cut = await mini(['import', `http://${host}/cut`]);
  t.is(cut.exitCode, 1);
  t.true(cut.stderr.startsWith(`failed to read "http://${host}/cut": `), cut.stderr);
});
