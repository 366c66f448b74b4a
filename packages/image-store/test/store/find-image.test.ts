import test from 'ava';
import { findImage } from '../../src/store/find-image.js';
import { listImages, type StoredImage, toEntries } from '../../src/store/stored-image.js';

const digest = (character: string) => `sha256:${character.repeat(64)}`;

function image(character: string, names: readonly string[], id = digest(character)): StoredImage {
  return {
    descriptor: { mediaType: 'm', digest: digest(character), size: 1 },
    names,
    repoDigests: [`docker.io/library/it@${digest(character)}`],
    about: { id, createdMs: 1_700_000_000_000, sizeBytes: 7 },
  };
}

const ALPINE = image('a', ['docker.io/library/alpine:latest', 'quay.io/x/alpine:3']);
const OWN = image('b', ['localhost/own:latest'], `sha256:b1${'0'.repeat(62)}`);
const OTHER = image('c', [], `sha256:b2${'0'.repeat(62)}`);
const IMAGES = [ALPINE, OWN, OTHER];

const found: readonly [text: string, image: StoredImage | undefined, name?: string][] = [
  ['alpine', ALPINE, 'docker.io/library/alpine:latest'],
  ['alpine:latest', ALPINE, 'docker.io/library/alpine:latest'],
  ['docker.io/alpine', ALPINE, 'docker.io/library/alpine:latest'],
  ['quay.io/x/alpine:3', ALPINE, 'quay.io/x/alpine:3'],
  ['quay.io/x/alpine', undefined],
  ['alpine:3', undefined],
  ['own', OWN, 'localhost/own:latest'],
  ['b1', OWN],
  [`sha256:b1${'0'.repeat(62)}`, OWN],
  [`it@${digest('c')}`, OTHER],
  [`it@${digest('d')}`, undefined],
  ['sha256:b200', OTHER],
  ['dead', undefined],
];
for (const [text, expected, name] of found) {
  test(`${text} is ${expected === undefined ? 'no image' : expected.descriptor.digest.slice(7, 8)}`, (t) => {
    const result = findImage(IMAGES, text);
    t.is(result?.image, expected);
    t.is(result?.name, name);
  });
}

test('a beginning of several ids is refused', (t) => {
  t.throws(() => findImage(IMAGES, 'b'), {
    code: 'ambiguous-image',
    message: 'failed to find image "b": several ids begin like that',
  });
});

test('index.json has an entry for each name, by which other tools find the image', (t) => {
  const entries = IMAGES.flatMap(toEntries);
  t.deepEqual(
    entries.map(({ annotations = {} }) => annotations['org.opencontainers.image.ref.name']),
    ['docker.io/library/alpine:latest', 'quay.io/x/alpine:3', 'localhost/own:latest', undefined],
  );
  t.deepEqual(listImages(entries), IMAGES);
});

test('entries of other tools are images with what they say', (t) => {
  const entry = { mediaType: 'm', digest: digest('e'), size: 2 };
  const of = (annotations: Record<string, string>) => listImages([{ ...entry, annotations }])[0];
  t.deepEqual(of({ 'org.opencontainers.image.ref.name': 'busybox' })?.names, [
    'docker.io/library/busybox:latest',
  ]);
  t.deepEqual(
    of({ 'org.opencontainers.image.ref.name': '1.0', 'io.containerd.image.name': 'quay.io/a/b:1.0' })?.names,
    ['quay.io/a/b:1.0'],
  );
  t.deepEqual(of({ 'org.opencontainers.image.ref.name': 'NO NAME' })?.names, []);
});
