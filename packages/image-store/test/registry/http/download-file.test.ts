import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { downloadFile } from '../../../src/registry/http/download-file.js';
import { emptyEnvironment } from '../scene.js';

/** A web server of the test's own; its address without a path. */
async function serve(t: ExecutionContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const fetchText = async (t: ExecutionContext, address: string, signal?: AbortSignal) =>
  String(
    await buffer(
      downloadFile(new URL(address), {
        env: emptyEnvironment(t),
        ...(signal === undefined ? {} : { signal }),
      }),
    ),
  );

test('a file arrives, behind a redirect too, and a password is shown to its host alone', async (t) => {
  const seen: (string | undefined)[] = [];
  const elsewhere = await serve(t, ({ headers }, response) => {
    seen.push(headers.authorization);
    response.end('the file');
  });
  const host = await serve(t, ({ url, headers }, response) => {
    seen.push(headers.authorization);
    if (url === '/here') response.end('here');
    else response.writeHead(302, { location: `http://${elsewhere}/file` }).end();
  });
  t.is(await fetchText(t, `http://ann:a%20b@${host}/here`), 'here');
  t.is(await fetchText(t, `http://ann:a%20b@${host}/there`), 'the file');
  t.deepEqual(seen, ['Basic YW5uOmEgYg==', 'Basic YW5uOmEgYg==', undefined]);
});

test('what is no file is told with its address', async (t) => {
  const host = await serve(t, (_, response) => response.writeHead(404).end('nothing'));
  await t.throwsAsync(fetchText(t, `http://ann:secret@${host}/x`), {
    code: 'registry-failed',
    message: `failed to read "http://ann:xxxxx@${host}/x": "${host}" answers with HTTP status 404`,
  });
});

test('a file that is cut is no file', async (t) => {
  const host = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => response.destroy());
  });
  await t.throwsAsync(fetchText(t, `http://${host}/x`), {
    code: 'unreachable',
    message: new RegExp(`^failed to read "http://${host}/x": the connection to "${host}" failed: `),
  });
});

test('an aborted download ends with the reason', async (t) => {
  const controller = new AbortController();
  const host = await serve(t, (_, response) => {
    response.writeHead(200, { 'content-length': '100' });
    response.write('half', () => controller.abort(new Error('enough')));
  });
  await t.throwsAsync(fetchText(t, `http://${host}/x`, controller.signal), { message: 'enough' });
});
