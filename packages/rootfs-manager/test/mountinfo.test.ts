import test from 'ava';
import { listPlaces, parseMountinfo } from '../src/mountinfo.js';

/** Mounts from `id parent device root mountPoint`. */
function mounts(...lines: readonly string[]) {
  return parseMountinfo(lines.map((line) => `${line} rw - ext4 /dev/sda1 rw\n`).join(''));
}

test('a directory that is mounted elsewhere too is seen in both places', (t) => {
  const bound = mounts('1 0 8:1 / /', '2 1 8:1 /srv/mini /var/lib/mini', '3 1 8:2 / /data');
  t.deepEqual(listPlaces(bound, '/var/lib/mini'), ['/var/lib/mini', '/srv/mini']);
  t.deepEqual(listPlaces(bound, '/var/lib/mini/volumes'), ['/var/lib/mini/volumes', '/srv/mini/volumes']);
});

test('a mount of a directory above shows it as well', (t) => {
  const bound = mounts('1 0 8:1 / /', '2 1 8:1 /var /mnt/var', '3 1 8:1 /usr /mnt/usr');
  t.deepEqual(listPlaces(bound, '/var/lib/mini'), ['/var/lib/mini', '/mnt/var/lib/mini']);
});

test('another file system, and a mount that is covered, show nothing of it', (t) => {
  const other = mounts('1 0 8:1 / /', '2 1 8:2 /var /mnt/var', '3 1 8:1 /var /srv/var', '4 1 8:3 / /srv');
  t.deepEqual(listPlaces(other, '/var/lib/mini'), ['/var/lib/mini']);
  t.deepEqual(listPlaces([], '/var/lib/mini'), ['/var/lib/mini']);
});
