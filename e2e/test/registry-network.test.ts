import { cpSync, mkdirSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { failure, freshName, succeed } from '../support/detached.js';
import { startForwardProxy } from '../support/forward-proxy.js';
import { busyboxLayer, file, layerOf, writeArchive } from '../support/image-archive.js';
import { mini } from '../support/mini.js';
import { freshHome, startRegistry, whyNoRegistry } from '../support/registry.js';
import { testUnless } from '../support/skip.js';
import { startTokenServer } from '../support/token-server.js';

function networkTest(title: string, implementation: (t: ExecutionContext) => Promise<void>): void {
  testUnless(whyNoRegistry, `registry-network.${title.replaceAll(' ', '-')}`, title, implementation);
}

/** Loads an image under a name in the repository. */
async function load(t: ExecutionContext, repository: string): Promise<string> {
  const name = `${repository}/${freshName()}:1`;
  const layers = [await busyboxLayer(), await layerOf(file('text', `${name}\n`))];
  await succeed(
    t,
    'load',
    '-q',
    '-i',
    await writeArchive([{ names: [name], layers, config: { Cmd: ['cat', '/text'] } }]),
  );
  t.teardown(() => mini(['rmi', '-f', name]));
  return name;
}

const printed = (name: string) => ({ exitCode: 0, stdout: `${name}\n`, stderr: '', signal: undefined });

/** Pushes, forgets, pulls and runs. */
async function assertRoundTrip(
  t: ExecutionContext,
  name: string,
  env: Record<string, string>,
  ...flags: string[]
): Promise<void> {
  t.deepEqual(await mini(['push', '-q', ...flags, name], { env }), printed(name));
  await succeed(t, 'rmi', '-f', name);
  await assertPulled(t, name, env, ...flags);
}

async function assertPulled(
  t: ExecutionContext,
  name: string,
  env: Record<string, string>,
  ...flags: string[]
): Promise<void> {
  t.deepEqual(await mini(['pull', '-q', ...flags, name], { env }), printed(name));
  t.is(await succeed(t, 'run', '--rm', name), `${name}\n`);
}

networkTest('a registry behind a proxy', async (t) => {
  const { host } = await startRegistry(t);
  const proxy = await startForwardProxy(t, { 'registry.test:5000': host });
  const { env } = freshHome();
  const name = await load(t, 'registry.test:5000');
  const address = `http://ann:a%20b@${proxy.host}`;
  const through = { ...env, HTTP_PROXY: address };
  await assertRoundTrip(t, name, through, '--tls-verify=false');
  // Plain HTTP is forwarded: few proxies let through to ports other than those of TLS.
  t.true(proxy.asked.length > 0);
  for (const line of proxy.asked) t.regex(line, /^(?:GET|HEAD|POST|PUT) http:\/\/registry\.test:5000\/v2\//);
  t.true(proxy.users.every((user) => user === `Basic ${btoa('ann:a b')}`));
  // One that refuses what is to be secured may still do that.
  await succeed(t, 'rmi', '-f', name);
  const strict = await startForwardProxy(t, { 'registry.test:5000': host }, { tunnels: false });
  const both = { ...env, HTTP_PROXY: strict.host, HTTPS_PROXY: strict.host };
  await assertPulled(t, name, both, '--tls-verify=false');
  // Who is exempt is asked directly, as this machine itself always is.
  const { exitCode, stderr } = await mini(['pull', '-q', '--tls-verify=false', name], {
    env: { ...through, NO_PROXY: 'elsewhere.test,.test' },
  });
  t.is(exitCode, 1);
  t.regex(stderr, /^failed to pull "registry\.test:5000\/.*": "registry\.test:5000" cannot be reached: E/);
  const before = proxy.asked.length;
  await assertRoundTrip(t, await load(t, host), through);
  t.is(proxy.asked.length, before);
});

networkTest('a registry with TLS behind a proxy', async (t) => {
  const { host, authority } = await startRegistry(t, { tls: true });
  const proxy = await startForwardProxy(t, { 'registry.test:443': host });
  const { home, env } = freshHome();
  const directory = `${home}/.docker/certs.d/registry.test`;
  mkdirSync(directory, { recursive: true });
  cpSync(authority, `${directory}/ca.crt`);
  const name = await load(t, 'registry.test');
  const through = { ...env, https_proxy: proxy.host };
  await assertRoundTrip(t, name, through);
  t.true(proxy.asked.length > 0 && proxy.asked.every((line) => line === 'CONNECT registry.test:443'));
  t.deepEqual(
    await mini(['pull', '-q', 'elsewhere.test/x'], { env: through }),
    failure(
      `failed to pull "elsewhere.test/x:latest": "elsewhere.test" cannot be reached through the proxy "${proxy.host}", which refuses: HTTP status 403`,
    ),
  );
  t.deepEqual(
    await mini(['pull', '-q', name], { env: { ...env, HTTPS_PROXY: 'http://ann:secret@127.0.0.1:9' } }),
    failure(
      `failed to pull "${name}": "registry.test" cannot be reached through the proxy "127.0.0.1:9": ECONNREFUSED connection refused`,
    ),
  );
});

networkTest('a registry that asks for a certificate', async (t) => {
  const { host, authority, client } = await startRegistry(t, { tls: true, asksClients: true });
  const { home, env } = freshHome();
  const name = await load(t, host);
  const directory = `${home}/.config/containers/certs.d/${host}`;
  mkdirSync(directory, { recursive: true });
  cpSync(authority, `${directory}/ca.crt`);
  t.is((await mini(['push', '-q', name], { env })).exitCode, 1);
  cpSync(client.certificate, `${directory}/client.cert`);
  t.deepEqual(
    await mini(['push', '-q', name], { env }),
    failure(`failed to read "${directory}/client.key": ENOENT no such file or directory`),
  );
  cpSync(client.key, `${directory}/client.key`);
  await assertRoundTrip(t, name, env);
});

networkTest('a registry whose tokens another server gives', async (t) => {
  const tokens = await startTokenServer(t, { '': ['pull'], 'ann:secret': ['pull', 'push'], 'bob:pw': [] });
  const { host } = await startRegistry(t, { tokens });
  const { env } = freshHome();
  const name = await load(t, host);
  const path = name.slice(host.length + 1, -2);
  const refused = failure(
    `failed to push "${name}": access denied, the repository does not exist or needs a login: authentication required\nhint: log in with: mini login ${host}`,
  );
  t.deepEqual(await mini(['push', '-q', name], { env }), refused);
  const login = (user: string, input: string) =>
    mini(['login', '-u', user, '--password-stdin', host], { env, input });
  t.like(await login('ann', 'wrong'), {
    exitCode: 1,
    stderr: `failed to log in to "${host}": the registry refuses the credentials of the user "ann"\n`,
  });
  t.is((await login('ann', 'secret')).stdout, 'Login Succeeded\n');
  await assertRoundTrip(t, name, env);
  t.true(tokens.asked.includes(`ann repository:${path}:pull,push`), tokens.asked.join('\n'));
  t.true(tokens.asked.includes(`ann repository:${path}:pull`), tokens.asked.join('\n'));
  // Who is nobody may read, and a user without rights may not.
  await succeed(t, 'rmi', '-f', name);
  t.is((await mini(['pull', '-q', name], { env: freshHome().env })).stdout, `${name}\n`);
  t.is((await login('bob', 'pw')).stdout, 'Login Succeeded\n');
  const { exitCode, stderr } = await mini(['pull', '-q', name], { env });
  t.is(exitCode, 1);
  t.true(stderr.startsWith(`failed to pull "${name}": access denied, `), stderr);
});
