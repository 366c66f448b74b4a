import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import type { TarMember } from '@mini/image-store';
import test, { type ExecutionContext } from 'ava';
import { failure, freshName } from '../support/detached.js';
import {
  digestOf,
  file,
  layerOf,
  type TestImage,
  writeArchive,
  writeMembers,
} from '../support/image-archive.js';
import { mini } from '../support/mini.js';

const LAYER = layerOf(file('f', 'a layer'));

/** A whole config, to be spoilt. */
async function configWith(change: object): Promise<object> {
  const layer = await LAYER;
  return {
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: [digestOf(layer)] },
    ...change,
  };
}

/** Blobs are those of other tests too; these are named by what is in them. */
const listBlobs = () => new Set(readdirSync('/var/lib/mini/images/blobs/sha256'));

async function assertRefused(path: string, reason: string, t: ExecutionContext): Promise<void> {
  t.deepEqual(await mini(['load', '-i', path]), failure(`failed to load "${path}": ${reason}`));
}

const ZEROS = `sha256:${'0'.repeat(64)}`;

/** What is wrong with a config, and what is said of it. */
const CONFIGS: readonly (readonly [title: string, change: object, reason: string])[] = [
  [
    'a variable without =',
    { config: { Env: ['PATH=/bin', 'novalue'] } },
    'config.Env[1] "novalue" is not written as NAME=value',
  ],
  [
    'a variable without a name',
    { config: { Env: ['=x'] } },
    'config.Env[0] "=x" is not written as NAME=value',
  ],
  ['a NUL in a variable', { config: { Env: ['A=\0'] } }, 'config.Env[0] holds a NUL'],
  [
    'a volume that leads out',
    { config: { Volumes: { '/a/../../etc': {} } } },
    'config.Volumes "/a/../../etc" is no absolute path below the root',
  ],
  [
    'a volume on the root',
    { config: { Volumes: { '/': {} } } },
    'config.Volumes "/" is no absolute path below the root',
  ],
  [
    'a relative volume',
    { config: { Volumes: { etc: {} } } },
    'config.Volumes "etc" is no absolute path below the root',
  ],
  [
    'a working directory that leads out',
    { config: { WorkingDir: '/a/../..' } },
    'config.WorkingDir "/a/../.." leads out of itself by ".."',
  ],
  [
    'a label that is no text',
    { config: { Labels: { run: ['rm', '-rf', '/'] } } },
    'config.Labels["run"] is no text',
  ],
  [
    'a port that is none',
    { config: { ExposedPorts: { '99999/tcp': {} } } },
    'config.ExposedPorts "99999/tcp" is no port',
  ],
  ['a command that is a text', { config: { Cmd: 'sh' } }, 'config.Cmd is no array'],
  ['an entrypoint with a number', { config: { Entrypoint: ['a', 1] } }, 'config.Entrypoint[1] is no text'],
  [
    'a health check of a kind of its own',
    { config: { Healthcheck: { Test: ['HOST', 'rm'] } } },
    'config.Healthcheck.Test[0] "HOST" is none of NONE, CMD, CMD-SHELL',
  ],
  [
    'a negative time',
    { config: { Healthcheck: { Test: ['CMD', 'x'], Interval: -1 } } },
    'config.Healthcheck.Interval is no whole number from 0 on',
  ],
  [
    'a diff id outside of the grammar',
    { rootfs: { type: 'layers', diff_ids: ['sha256:../../x'] } },
    'rootfs.diff_ids[0] "sha256:../../x" is no sha256 digest',
  ],
  [
    'too few diff ids',
    { rootfs: { type: 'layers', diff_ids: [] } },
    '"manifest.json"[0] lists 1 layers, but its config 0 diff ids',
  ],
  ['a root of another kind', { rootfs: { type: 'magic' } }, 'rootfs.type "magic" is not "layers"'],
  ['no root', { rootfs: null }, 'rootfs is no object'],
];

for (const [title, change, reason] of CONFIGS) {
  test(title, async (t) => {
    const document = await configWith(change);
    await assertRefused(await writeArchive([{ layers: [await LAYER], document }]), reason, t);
  });
}

test('a layer that is another one than its diff id says', async (t) => {
  const layer = await LAYER;
  const document = await configWith({ rootfs: { type: 'layers', diff_ids: [ZEROS] } });
  const path = await writeArchive([{ names: [freshName()], layers: [layer], document }]);
  await assertRefused(path, `the layer "${ZEROS}" is another one: its diff id is "${digestOf(layer)}"`, t);
});

test('a name that is none', async (t) => {
  const image: TestImage = { names: ['UPPER:1'], layers: [await LAYER] };
  await assertRefused(
    await writeArchive([image]),
    '"manifest.json"[0].RepoTags: "UPPER:1" is no name of an image',
    t,
  );
});

/** The members of an image layout; `change` spoils the documents before they are named by their digests. */
async function layout(
  change: (documents: { manifest: object; index: object }) => { manifest?: object; index?: object } = (all) =>
    all,
) {
  const layer = await LAYER;
  const config = Buffer.from(JSON.stringify(await configWith({})));
  const describe = (bytes: Buffer, mediaType: string) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const types = 'application/vnd.oci.image';
  const plain = {
    schemaVersion: 2,
    mediaType: `${types}.manifest.v1+json`,
    config: describe(config, `${types}.config.v1+json`),
    layers: [describe(layer, `${types}.layer.v1.tar`)],
  };
  const manifest = Buffer.from(JSON.stringify(change({ manifest: plain, index: {} }).manifest ?? plain));
  const index = { schemaVersion: 2, manifests: [describe(manifest, `${types}.manifest.v1+json`)] };
  const changed = change({ manifest: plain, index }).index ?? index;
  const blob = (bytes: Buffer): TarMember =>
    file(`blobs/sha256/${digestOf(bytes).slice(7)}`, bytes.toString('latin1'));
  return [
    file('oci-layout', '{"imageLayoutVersion":"1.0.0"}'),
    file('index.json', JSON.stringify(changed)),
    ...[config, manifest, layer].map(blob),
  ];
}

const first = (index: object) => (index as { manifests?: object[] }).manifests?.[0];

const LAYOUTS: readonly (readonly [
  title: string,
  change: Parameters<typeof layout>[0],
  reason: string | RegExp,
])[] = [
  [
    'a manifest that is an index too',
    ({ manifest }) => ({ manifest: { ...manifest, manifests: [] } }),
    'the manifest is both a manifest and an index',
  ],
  [
    'an unknown kind of manifest',
    ({ manifest }) => ({ manifest: { ...manifest, mediaType: 'text/plain' } }),
    'the manifest says that it is "text/plain", but came as "application/vnd.oci.image.manifest.v1+json"',
  ],
  [
    'an unknown kind of layer',
    ({ manifest }) => ({
      manifest: { ...manifest, layers: [{ mediaType: 'text/x', digest: ZEROS, size: 1 }] },
    }),
    'layers[0] has the unknown media type "text/x"',
  ],
  [
    'what is no image',
    ({ manifest }) => ({
      manifest: {
        ...manifest,
        config: { mediaType: 'application/vnd.cncf.helm.config.v1+json', digest: ZEROS, size: 1 },
      },
    }),
    'it is no image of a container: its config is "application/vnd.cncf.helm.config.v1+json"',
  ],
  [
    'a digest outside of the grammar',
    ({ manifest }) => ({
      manifest: { ...manifest, config: { mediaType: 'x', digest: 'sha256:../../../etc/passwd', size: 1 } },
    }),
    'config.digest "sha256:../../../etc/passwd" is no sha256 digest',
  ],
  [
    'a negative size',
    ({ index }) => ({ index: { ...index, manifests: [{ ...(first(index) ?? {}), size: -1 }] } }),
    'manifests[0].size is no whole number from 0 on',
  ],
  [
    'a wrong size',
    ({ index }) => ({ index: { ...index, manifests: [{ ...(first(index) ?? {}), size: 5 }] } }),
    /^its blob "sha256:[0-9a-f]{64}" has \d+ bytes instead of 5$/,
  ],
  [
    'a blob that is not there',
    ({ index }) => ({ index: { ...index, manifests: [{ ...(first(index) ?? {}), digest: ZEROS }] } }),
    `it does not hold its blob "${ZEROS}"`,
  ],
  [
    'an old schema',
    ({ manifest }) => ({ manifest: { ...manifest, schemaVersion: 1 } }),
    'schemaVersion "1" of the manifest is not 2',
  ],
  ['no image', ({ index }) => ({ index: { ...index, manifests: [] } }), 'it has no images'],
  [
    'only other platforms',
    ({ index }) => ({
      index: {
        ...index,
        manifests: ['s390x', 'riscv64'].map((architecture) => ({
          ...(first(index) ?? {}),
          platform: { os: 'linux', architecture },
        })),
      },
    }),
    /^the image is not there for the platform "linux\/\w+": there are "linux\/riscv64", "linux\/s390x"$/,
  ],
];

for (const [title, change, reason] of LAYOUTS) {
  test(title, async (t) => {
    const path = await writeMembers(await layout(change));
    const { exitCode, stdout, stderr } = await mini(['load', '-i', path]);
    t.deepEqual({ exitCode, stdout }, { exitCode: 1, stdout: '' });
    const begin = `failed to load "${path}": `;
    t.true(stderr.startsWith(begin) && stderr.endsWith('\n'), stderr);
    const said = stderr.slice(begin.length, -1);
    if (typeof reason === 'string') t.is(said, reason);
    else t.regex(said, reason);
  });
}

test('a blob that is not what its name says', async (t) => {
  const members = await layout();
  const wrong = file(`blobs/sha256/${'0'.repeat(64)}`, 'something');
  const digest = `sha256:${createHash('sha256').update('something').digest('hex')}`;
  const path = await writeMembers([...members, wrong]);
  await assertRefused(path, `failed to store blob "${ZEROS}": its digest is "${digest}"`, t);
});

test('archives that are none', async (t) => {
  const rows: [members: readonly TarMember[], reason: string][] = [
    [[file('x', '')], 'it is no archive of images: it has neither "index.json" nor "manifest.json"'],
    [[file('index.json', '{}')], 'it has an "index.json" but no "oci-layout"'],
    [[file('manifest.json', '[]')], 'it has no images'],
    [[file('manifest.json', '{}')], '"manifest.json" is no array'],
    [[file('manifest.json', 'x')], '"manifest.json" is no JSON'],
    [[file('manifest.json', '[{"Config":"../../../etc/passwd"}]')], 'it has no "../../../etc/passwd"'],
  ];
  for (const [members, reason] of rows) await assertRefused(await writeMembers(members), reason, t);
});

test('of what is refused nothing is kept', async (t) => {
  const unique = await layerOf(file('unique', freshName()));
  const document = await configWith({ rootfs: { type: 'layers', diff_ids: [ZEROS] } });
  const name = freshName();
  const path = await writeArchive([{ names: [name], layers: [unique], document }]);
  t.is((await mini(['load', '-i', path])).exitCode, 1);
  t.is((await mini(['images', '-q', name])).stdout, '');
  // While another test loads something, what is left over stays for whoever comes next.
  await mini(['image', 'prune', '-f']);
  const left = listBlobs().has(digestOf(unique).slice(7)) ? await mini(['image', 'prune', '-f']) : undefined;
  t.false(left !== undefined && listBlobs().has(digestOf(unique).slice(7)));
});
