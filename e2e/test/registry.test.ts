import { writeFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { freshName, succeed } from '../support/detached.js';
import { busyboxLayer, file, layerOf, readIndex, writeArchive } from '../support/image-archive.js';
import { openImageTools } from '../support/image-tools.js';
import { mini } from '../support/mini.js';
import { freshHome, startRegistry, whyNoRegistry } from '../support/registry.js';
import { testUnless } from '../support/skip.js';

const PLAIN = '--tls-verify=false';
const STORE = 'oci:/var/lib/mini/images';

/** A registry, those who fill it, and a repository that nobody else has. */
async function scene(t: ExecutionContext) {
  const { host } = await startRegistry(t);
  const repository = `${host}/${freshName()}`;
  const tools = openImageTools();
  t.teardown(async () => {
    const { stdout } = await mini(['images', '-q', '--no-trunc', repository]);
    for (const id of new Set(stdout.split('\n').filter((line) => line !== ''))) await mini(['rmi', '-f', id]);
  });
  return { host, repository, tools };
}

function registryTest(title: string, implementation: (t: ExecutionContext) => Promise<void>): void {
  testUnless(whyNoRegistry, `registry.${title.replaceAll(' ', '-')}`, title, implementation);
}

registryTest('an image that buildah pushed is pulled and run', async (t) => {
  const { repository, tools } = await scene(t);
  const name = `${repository}:1`;
  await tools.commit('localhost/image', 'from buildah\n');
  await tools.buildah('push', '-q', PLAIN, 'localhost/image', `docker://${name}`);
  const digest = await tools.skopeo('inspect', PLAIN, '--format', '{{.Digest}}', `docker://${name}`);
  const pulled = await mini(['pull', name]);
  t.is(pulled.stdout, `${name}\n`);
  const lines = pulled.stderr.split('\n');
  t.is(lines[0], `1: Pulling from ${repository}`);
  t.true(lines.includes(`Digest: ${digest}`));
  t.true(lines.includes(`Status: Downloaded newer image for ${name}`));
  t.regex(pulled.stderr, /^[0-9a-f]{12}: Pull complete$/m);
  t.is(await succeed(t, 'run', '--rm', name), 'from buildah\n');
  t.regex((await mini(['pull', name])).stderr, new RegExp(`^Status: Image is up to date for ${name}$`, 'm'));
  t.deepEqual(await mini(['pull', '-q', name]), {
    exitCode: 0,
    stdout: `${name}\n`,
    stderr: '',
    signal: undefined,
  });
});

registryTest('docker and OCI manifests, gzip, zstd and no compression', async (t) => {
  const { repository, tools } = await scene(t);
  await tools.commit('localhost/image', 'whatever its form\n');
  const forms = [
    ['v2s2', 'gzip'],
    ['oci', 'gzip'],
    ['oci', 'zstd'],
  ] as const;
  for (const [format, compression] of forms) {
    const name = `${repository}:${format}-${compression}`;
    const flags = ['--format', format, '--compression-format', compression];
    await tools.buildah('push', '-q', PLAIN, ...flags, 'localhost/image', `docker://${name}`);
    await succeed(t, 'pull', '-q', name);
    t.is(await succeed(t, 'run', '--rm', name), 'whatever its form\n', `${format} ${compression}`);
    t.is(await succeed(t, 'rmi', '-f', name).then((text) => text.split('\n')[0]), `Untagged: ${name}`);
  }
});

registryTest('of a list of platforms the right one is taken', async (t) => {
  const { repository, tools } = await scene(t);
  const name = `${repository}:multi`;
  const platforms = ['amd64', 'arm64', 's390x'];
  await tools.buildah('manifest', 'create', 'localhost/list');
  for (const architecture of platforms) {
    await tools.commit(`localhost/${architecture}`, `for ${architecture}\n`, '--arch', architecture);
    await tools.buildah('manifest', 'add', 'localhost/list', `localhost/${architecture}`);
  }
  await tools.buildah('manifest', 'push', '-q', '--all', PLAIN, 'localhost/list', `docker://${name}`);
  const own = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  await succeed(t, 'pull', '-q', name);
  t.is(await succeed(t, 'run', '--rm', name), `for ${own}\n`);
  await succeed(t, 'pull', '-q', '--platform', 'linux/s390x', name);
  const inspected = readIndex().filter(
    ({ annotations }) => annotations?.['io.containerd.image.name'] === name,
  );
  t.is(inspected.length, 1);
  // The busybox of this machine runs whatever the image says that it is for.
  t.is(await succeed(t, 'run', '--rm', '--platform', 'linux/s390x', name), 'for s390x\n');
  t.deepEqual(await mini(['pull', '-q', '--platform', 'linux/riscv64', name]), {
    exitCode: 1,
    stdout: '',
    stderr: `failed to pull "${name}": the image is not there for the platform "linux/riscv64": there are "linux/amd64", "linux/arm64", "linux/s390x"\n`,
    signal: undefined,
  });
});

registryTest('an index is kept and pushed as far as it is here', async (t) => {
  const { host, repository, tools } = await scene(t);
  const own = { x64: 'amd64', arm64: 'arm64' }[process.arch as string];
  const name = `${repository}:multi`;
  await tools.buildah('manifest', 'create', 'localhost/list');
  for (const architecture of [own!, 's390x']) {
    await tools.commit(`localhost/${architecture}`, `for ${architecture}\n`, '--arch', architecture);
    await tools.buildah('manifest', 'add', 'localhost/list', `localhost/${architecture}`);
  }
  await tools.buildah('manifest', 'push', '-q', '--all', PLAIN, 'localhost/list', `docker://${name}`);
  const digest = await tools.skopeo('inspect', PLAIN, '--format', '{{.Digest}}', `docker://${name}`);
  await succeed(t, 'pull', '-q', name);
  // What is pulled is one image, which goes to the registry by itself; that is said.
  const other = `${host}/${freshName()}:1`;
  await succeed(t, 'tag', name, other);
  const pushed = await mini(['push', other]);
  t.is(pushed.exitCode, 0, pushed.stderr);
  t.true(
    pushed.stderr.endsWith(
      `\nOnly the image for one platform was pushed: the others of ${repository}@${digest} are not kept here\n`,
    ),
    pushed.stderr,
  );
  t.is(JSON.parse(await tools.skopeo('inspect', PLAIN, '--raw', `docker://${other}`)).manifests, undefined);
  // Asked for, it is nothing to be told; another cannot be had.
  const chosen = await mini(['push', '--platform', `linux/${own}`, other]);
  t.deepEqual([chosen.exitCode, chosen.stderr.includes('Only the image')], [0, false]);
  t.deepEqual(await mini(['push', '-q', '--platform', 'linux/s390x', other]), {
    exitCode: 1,
    stdout: '',
    stderr: `failed to push "${other}": the image is for the platform "linux/${own}", not "linux/s390x"\n`,
    signal: undefined,
  });
  await succeed(t, 'rmi', other);
  // An index that another tool puts here is pushed whole, or one of its images.
  const whole = `${host}/${freshName()}:1`;
  await tools.skopeo(
    'copy',
    '-q',
    '--all',
    '--src-tls-verify=false',
    `docker://${name}`,
    `${STORE}:${whole}`,
  );
  t.teardown(() => mini(['rmi', '-f', whole]));
  await succeed(t, 'push', '-q', whole);
  t.is(await tools.skopeo('inspect', PLAIN, '--format', '{{.Digest}}', `docker://${whole}`), digest);
  await succeed(t, 'push', '-q', '--platform', 'linux/s390x', whole);
  const one = await tools.skopeo('inspect', PLAIN, '--config', `docker://${whole}`);
  t.is(JSON.parse(one).architecture, 's390x');
  t.is(
    (await mini(['push', '-q', '--platform', 'linux/riscv64', whole])).stderr,
    `failed to push "${whole}": the image is not there for the platform "linux/riscv64": there are "linux/${own}", "linux/s390x"\n`,
  );
});

registryTest('what mini pushes, skopeo, podman and mini read', async (t) => {
  const { host, repository, tools } = await scene(t);
  const name = `${repository}:1`;
  const layers = [await busyboxLayer(), await layerOf(file('text', 'from mini\n'))];
  await succeed(
    t,
    'load',
    '-q',
    '-i',
    await writeArchive([{ names: [name], layers, config: { Cmd: ['cat', '/text'] } }]),
  );
  const pushed = await mini(['push', name]);
  t.is(pushed.exitCode, 0, pushed.stderr);
  const digest = await tools.skopeo('inspect', PLAIN, '--format', '{{.Digest}}', `docker://${name}`);
  t.regex(pushed.stdout, new RegExp(`^1: digest: ${digest} size: \\d+\n$`));
  t.regex(pushed.stderr, new RegExp(`^The push refers to repository \\[${repository}\\]\n`));
  t.is(pushed.stderr.match(/^[0-9a-f]{12}: Pushed/gm)?.length, 2);
  const manifest = JSON.parse(await tools.skopeo('inspect', PLAIN, '--raw', `docker://${name}`));
  t.deepEqual(
    manifest.layers.map(({ mediaType }: { mediaType: string }) => mediaType),
    layers.map(() => 'application/vnd.oci.image.layer.v1.tar+gzip'),
  );
  await tools.podman('pull', '-q', PLAIN, name);
  const id = (await tools.podman('image', 'inspect', '--format', '{{.Id}}', name)).trim();
  t.true((await succeed(t, 'images', '-q', '--no-trunc', name)).includes(id));
  t.is((await mini(['push', name])).stderr.match(/^[0-9a-f]{12}: Already exists$/gm)?.length, 2);
  // Under another name of the same registry nothing is sent.
  const other = `${host}/${freshName()}:1`;
  const archive = await writeArchive([{ names: [other], layers, config: { Cmd: ['cat', '/text'] } }]);
  await succeed(t, 'load', '-q', '-i', archive);
  t.is(
    (await mini(['push', other])).stderr.match(/^[0-9a-f]{12}: Mounted from another repository$/gm)?.length,
    2,
  );
  await succeed(t, 'rmi', '-f', name);
  await succeed(t, 'rmi', '-f', other);
  t.is(await succeed(t, 'run', '--rm', '-q', other), 'from mini\n');
  const filters = ['--filter', 'type=image', '--filter', `image=${other}`];
  const told = await succeed(t, 'events', '--stream=false', ...filters, '--format', 'json');
  const events = told
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.deepEqual(
    events.map(({ Type, Action, Actor }) => [Type, Action, Actor.ID, Actor.Attributes.name]),
    ['push', 'pull'].map((action) => ['image', action, other, other.replace(/:1$/, '')]),
  );
  await succeed(t, 'rmi', '-f', other);
});

registryTest('when a container pulls its image', async (t) => {
  const { repository, tools } = await scene(t);
  const name = `${repository}:latest`;
  const publish = async (text: string) => {
    await tools.commit('localhost/image', text);
    await tools.buildah('push', '-q', PLAIN, 'localhost/image', `docker://${name}`);
  };
  await publish('first\n');
  t.like(await mini(['run', '--rm', '--pull', 'never', repository]), {
    exitCode: 125,
    stderr: `failed to find image "${repository}": there is none here\nhint: mini images lists those there are, mini pull fetches one, mini load reads one from a file\n`,
  });
  const first = await mini(['run', '--rm', repository]);
  t.is(first.stdout, 'first\n');
  t.true(
    first.stderr.startsWith(`Unable to find image '${name}' locally\nlatest: Pulling from ${repository}\n`),
  );
  await publish('second\n');
  t.is(await succeed(t, 'run', '--rm', repository), 'first\n');
  t.is(await succeed(t, 'run', '--rm', '--pull', 'always', '-q', repository), 'second\n');
  t.like(await mini(['run', '--rm', `${repository}:nope`, 'true']), {
    exitCode: 125,
    stdout: '',
    stderr: `Unable to find image '${repository}:nope' locally\nnope: Pulling from ${repository}\nfailed to pull "${repository}:nope": "${repository.split('/')[0]}" does not have it: manifest unknown\n`,
  });
  t.like(await mini(['run', '--pull', 'often', repository]), {
    exitCode: 125,
    stderr: 'failed to parse --pull "often": it must be one of always, missing, never\n',
  });
});

registryTest('all tags of a repository', async (t) => {
  const { repository, tools } = await scene(t);
  await tools.commit('localhost/image', 'tagged\n');
  for (const tag of ['a', 'b']) {
    await tools.buildah('push', '-q', PLAIN, 'localhost/image', `docker://${repository}:${tag}`);
  }
  t.is(await succeed(t, 'pull', '-a', '-q', repository), `${repository}:a\n${repository}:b\n`);
  t.is(await succeed(t, 'push', '-a', '-q', repository), `${repository}:a\n${repository}:b\n`);
  t.deepEqual(await mini(['pull', '-a', `${repository}:a`]), {
    exitCode: 1,
    stdout: '',
    stderr: `failed to pull "${repository}:a": a tag cannot be used with --all-tags\n`,
    signal: undefined,
  });
});

registryTest('mirrors, blocked registries and names that are searched', async (t) => {
  const { host, repository, tools } = await scene(t);
  const { home, env } = freshHome();
  await tools.commit('localhost/image', 'from the mirror\n');
  await tools.buildah('push', '-q', PLAIN, 'localhost/image', `docker://${repository}:1`);
  const path = repository.slice(host.length + 1);
  const conf = [
    `unqualified-search-registries = ["${host}"]`,
    '[[registry]]',
    'location = "registry.invalid"',
    '[[registry.mirror]]',
    `location = "${host}"`,
    '[[registry]]',
    'location = "blocked.invalid"',
    'blocked = true',
  ];
  writeFileSync(`${home}/registries.conf`, conf.join('\n'));
  t.is(
    (await mini(['pull', '-q', `registry.invalid/${path}:1`], { env })).stdout,
    `registry.invalid/${path}:1\n`,
  );
  t.is((await mini(['pull', '-q', `${path}:1`], { env })).stdout, `${repository}:1\n`);
  await succeed(t, 'rmi', `registry.invalid/${path}:1`);
  t.like(await mini(['pull', '-q', 'blocked.invalid/x'], { env }), {
    exitCode: 1,
    stderr:
      'failed to pull "blocked.invalid/x:latest": registries.conf blocks all that is called "blocked.invalid"\n',
  });
});
