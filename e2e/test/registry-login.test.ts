import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { busyboxLayer, writeArchive } from '../support/image-archive.js';
import { mini } from '../support/mini.js';
import { freshHome, startRegistry, whyNoRegistry } from '../support/registry.js';
import { testUnless } from '../support/skip.js';
import { skippedTerminal, Terminal } from '../support/terminal.js';

const ANN = { name: 'ann', password: 'correct horse: battery' };

function loginTest(
  title: string,
  implementation: (t: ExecutionContext) => Promise<void>,
  reason = whyNoRegistry,
): void {
  testUnless(reason, `registry-login.${title.replaceAll(' ', '-')}`, title, implementation);
}

/** Loads an image under a name of the registry. */
async function load(t: ExecutionContext, host: string): Promise<string> {
  const name = `${host}/${freshName()}:1`;
  const archive = await writeArchive([
    { names: [name], layers: [await busyboxLayer()], config: { Cmd: ['true'] } },
  ]);
  await succeed(t, 'load', '-q', '-i', archive);
  t.teardown(() => mini(['rmi', '-f', name]));
  return name;
}

loginTest('login is verified, kept and forgotten', async (t) => {
  const { host } = await startRegistry(t, { user: ANN });
  const { home, env } = freshHome();
  const name = await load(t, host);
  const file = `${home}/.docker/config.json`;
  const login = (password: string) =>
    mini(['login', '-u', ANN.name, '--password-stdin', host], { env, input: `${password}\n` });
  const refused = await mini(['push', '-q', name], { env });
  t.like(refused, {
    exitCode: 1,
    stdout: '',
    stderr: `failed to push "${name}": access denied, the repository does not exist or needs a login\nhint: log in with: mini login ${host}\n`,
  });
  t.like(await login('wrong'), {
    exitCode: 1,
    stdout: '',
    stderr: `failed to log in to "${host}": the registry refuses the credentials of the user "ann"\n`,
  });
  t.false(existsSync(file));
  t.like(await login(ANN.password), {
    exitCode: 0,
    stdout: 'Login Succeeded\n',
    stderr: `the password is kept unencrypted in "${file}"\n`,
  });
  const auth = Buffer.from(`${ANN.name}:${ANN.password}`).toString('base64');
  t.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { auths: { [host]: { auth } } });
  t.is((await mini(['push', '-q', name], { env })).stdout, `${name}\n`);
  await succeed(t, 'rmi', '-f', name);
  t.is((await mini(['run', '--rm', '-q', name], { env })).exitCode, 0);
  t.is((await mini(['logout', host], { env })).stdout, `Removing login credentials for ${host}\n`);
  t.is((await mini(['logout', host], { env })).stdout, `Not logged in to ${host}\n`);
  t.is((await mini(['pull', '-q', name], { env })).exitCode, 1);
});

loginTest(
  'who logs in at a terminal is asked, and nobody sees the password',
  async (t) => {
    const { host } = await startRegistry(t, { user: { name: 'ann', password: 'secret' } });
    const { env } = freshHome();
    const terminal = new Terminal(t);
    for (const [name, value] of Object.entries(env)) terminal.type(`export ${name}='${value}'`);
    terminal.type(`clear; $MINI login ${host}`);
    await terminal.shows(/^Username:$/m);
    terminal.type('ann');
    await terminal.shows(/^Username: ann\nPassword:$/m);
    terminal.type('wrong');
    await terminal.shows(/refuses the credentials of the user "ann"\nhost>$/m);
    terminal.type(`clear; $MINI login -u ann ${host}`);
    await terminal.shows(/^Password:$/m);
    terminal.type('secret');
    t.false((await terminal.shows(/^Login Succeeded\nhost>$/m)).includes('secret'));
    // Who is known is proposed, and an interrupt ends it as any program.
    terminal.type(`clear; $MINI login ${host}`);
    await terminal.shows(/^Username \(ann\):$/m);
    terminal.press('Enter');
    await terminal.shows(/^Password:$/m);
    terminal.press('C-c');
    await terminal.shows(/^Password:\n\n?host>$/m);
    terminal.type('echo "[$?]"');
    await terminal.shows(/^\[130\]\nhost>$/m);
  },
  whyNoRegistry ?? skippedTerminal,
);

loginTest('flags of login that do not go together', async (t) => {
  const { env } = freshHome();
  for (const [words, reason] of [
    [['-p', 'x', '--password-stdin'], '--password and --password-stdin exclude each other'],
    [['--password-stdin'], '--password-stdin needs --username'],
    [['-u', 'ann'], 'stdin is no terminal to ask at\nhint: use --username and --password-stdin'],
  ] as const) {
    const { exitCode, stderr } = await mini(['login', ...words, 'registry.invalid'], { env });
    t.deepEqual({ exitCode, stderr }, { exitCode: 1, stderr: `failed to log in: ${reason}\n` });
  }
});

loginTest('a certificate of an own authority', async (t) => {
  const { host, authority } = await startRegistry(t, { tls: true, user: ANN });
  const { home, env } = freshHome();
  const name = await load(t, host);
  const login = (...flags: string[]) =>
    mini(['login', ...flags, '-u', ANN.name, '--password-stdin', host], { env, input: ANN.password });
  const { exitCode, stderr } = await login('--tls-verify');
  t.is(exitCode, 1);
  t.regex(
    stderr,
    new RegExp(`^failed to log in to "${host}": the certificate of "${host}" is not trusted: `),
  );
  t.true(
    stderr.endsWith(`\nhint: put the certificate of its authority into /etc/docker/certs.d/${host}/ca.crt\n`),
    stderr,
  );
  const directory = `${home}/.config/containers/certs.d/${host}`;
  mkdirSync(directory, { recursive: true });
  cpSync(authority, `${directory}/ca.crt`);
  t.is((await login('--tls-verify')).stdout, 'Login Succeeded\n');
  t.is((await mini(['push', '-q', '--tls-verify', name], { env })).stdout, `${name}\n`);
  await succeed(t, 'rmi', '-f', name);
  t.is((await mini(['pull', '-q', name], { env })).stdout, `${name}\n`);
});
