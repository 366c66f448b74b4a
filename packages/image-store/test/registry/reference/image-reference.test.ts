import { isRuntimeError } from '@mini/contracts';
import test from 'ava';
import {
  familiarName,
  familiarReference,
  formatReference,
  isFullName,
  isShortName,
  parseReference,
  shortenFullName,
  withDefaultTag,
} from '../../../src/registry/reference/image-reference.js';

const DIGEST = `sha256:${'ab'.repeat(32)}`;

const NAMES: readonly [text: string, full: string, familiar: string][] = [
  ['alpine', 'docker.io/library/alpine:latest', 'alpine:latest'],
  ['alpine:3.20', 'docker.io/library/alpine:3.20', 'alpine:3.20'],
  ['user/app', 'docker.io/user/app:latest', 'user/app:latest'],
  ['docker.io/alpine', 'docker.io/library/alpine:latest', 'alpine:latest'],
  ['index.docker.io/user/app', 'docker.io/user/app:latest', 'user/app:latest'],
  ['docker.io/library/a/b', 'docker.io/library/a/b:latest', 'library/a/b:latest'],
  ['quay.io/a/b/c:v1', 'quay.io/a/b/c:v1', 'quay.io/a/b/c:v1'],
  ['localhost/app', 'localhost/app:latest', 'localhost/app:latest'],
  ['localhost:5000/app:1', 'localhost:5000/app:1', 'localhost:5000/app:1'],
  ['host:5000/app', 'host:5000/app:latest', 'host:5000/app:latest'],
  ['Host/app', 'Host/app:latest', 'Host/app:latest'],
  ['[::1]:5000/app', '[::1]:5000/app:latest', '[::1]:5000/app:latest'],
  ['127.0.0.1:5000/app', '127.0.0.1:5000/app:latest', '127.0.0.1:5000/app:latest'],
  [`alpine@${DIGEST}`, `docker.io/library/alpine@${DIGEST}`, `alpine@${DIGEST}`],
  [`alpine:3@${DIGEST}`, `docker.io/library/alpine:3@${DIGEST}`, `alpine:3@${DIGEST}`],
  ['a__b/c---d.e_f', 'docker.io/a__b/c---d.e_f:latest', 'a__b/c---d.e_f:latest'],
  ['app:_x', 'docker.io/library/app:_x', 'app:_x'],
];

test('names are completed as docker does, and shown as docker does', (t) => {
  for (const [text, full, familiar] of NAMES) {
    const reference = withDefaultTag(parseReference(text));
    t.is(formatReference(reference), full, text);
    t.is(familiarReference(reference), familiar, text);
    t.deepEqual(parseReference(full), reference, full);
  }
  t.is(familiarName(parseReference('alpine:3')), 'alpine');
});

test('a name without a registry is short', (t) => {
  t.true(['alpine', 'user/app:1', `alpine@${DIGEST}`].every(isShortName));
  t.false(['docker.io/alpine', 'localhost/x', 'a.b/c', 'Host/app'].some(isShortName));
});

const BAD: readonly [text: string, reason: string][] = [
  ['', 'there is no repository name'],
  [':tag', 'there is no repository name'],
  ['Alpine', 'repository name (library/Alpine) must be lowercase'],
  ['quay.io/A/b', 'repository name (A/b) must be lowercase'],
  ['a//b', '"a//b" is no repository name'],
  ['a/', '"a/" is no repository name'],
  ['-a', '"library/-a" is no repository name'],
  ['a b', '"library/a b" is no repository name'],
  ['../etc', '".." is no registry'],
  ['a.b_c/d', '"a.b_c" is no registry'],
  ['https://quay.io/app', '"https:" is no registry'],
  ['host:port/app', '"host:port" is no registry'],
  ['app:', '"" is no tag'],
  ['app:-x', '"-x" is no tag'],
  ['app:a:b', '"a:b" is no tag'],
  [`app:${'x'.repeat(129)}`, `"${'x'.repeat(100)}…" is no tag`],
  ['a'.repeat(248), 'the repository name has more than 255 characters'],
  ['ab'.repeat(32), 'a name of 64 hexadecimal digits would look like the id of an image'],
  ['app@', '"" is no digest'],
  ['app@sha256:xyz', '"sha256:xyz" is no digest'],
  [`app@sha256:${'a'.repeat(63)}`, `"sha256:${'a'.repeat(63)}" has the wrong length for sha256`],
  [`app@md5:${'a'.repeat(32)}`, 'digests by "md5" are not supported'],
  ['app\u0000', '"library/app\\x00" is no repository name'],
];

test('what is no name is refused, with the reason', (t) => {
  for (const [text, reason] of BAD) {
    const error = t.throws(() => parseReference(text), { message: /invalid reference format/ }, text);
    t.true(isRuntimeError(error) && error.code === 'bad-reference');
    t.is(error.message.replace(/^.*?invalid reference format: /, ''), reason, text);
  }
  t.is(
    t.throws(() => parseReference('Alpine')).message,
    'failed to read the image name "Alpine": invalid reference format: repository name (library/Alpine) must be lowercase',
  );
});

test('what is a name in full already is known as one, and shortened as what is taken apart', (t) => {
  const domains = [
    '',
    'docker.io',
    'index.docker.io',
    'quay.io',
    'localhost',
    'localhost:5000',
    'Host',
    'host',
    '[::1]:5000',
  ];
  const paths = [
    'app',
    'library/app',
    'library/a/b',
    'user/app',
    'a'.repeat(255),
    'a'.repeat(256),
    'A',
    'a//b',
    'library/',
  ];
  const tags = [
    '',
    ':1',
    ':latest',
    ':',
    ':-x',
    ':a:b',
    ':a/b',
    `:${'x'.repeat(129)}`,
    `@sha256:${'a'.repeat(64)}`,
  ];
  let full = 0;
  for (const domain of domains) {
    for (const path of paths) {
      for (const tag of tags) {
        const text = `${domain === '' ? '' : `${domain}/`}${path}${tag}`;
        const name = isBad(text) ? undefined : formatReference(withDefaultTag(parseReference(text)));
        t.is(isFullName(text), name === text && !text.includes('@'), text);
        if (name !== undefined) t.is(shortenFullName(name), familiarReference(parseReference(name)), name);
        if (isFullName(text)) full++;
      }
    }
  }
  t.true(full > 20);
});

function isBad(text: string): boolean {
  try {
    parseReference(text);
    return false;
  } catch {
    return true;
  }
}
