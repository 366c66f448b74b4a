import test from 'ava';
import { type MountEntry, parseMountinfo, selectSubmounts } from '../../src/index.js';

/** Lines of mountinfo from `id parent mountPoint fstype`. */
function mountinfo(...mounts: readonly string[]): MountEntry[] {
  const lines = mounts
    .map((mount) => {
      const [id, parent, mountPoint, fstype] = mount.split(' ');
      return `${id} ${parent} 8:1 / ${mountPoint} rw,relatime shared:1 - ${fstype} /dev/sda1 rw\n`;
    })
    .join('');
  return parseMountinfo(lines);
}

test('file systems of the system are taken, parents first', (t) => {
  const text = mountinfo(
    '1 0 / ext4',
    '5 2 /usr/local xfs',
    '2 1 /usr ext4',
    '3 1 /nix btrfs',
    '4 1 /data\\040disk ext4',
  );
  t.deepEqual(selectSubmounts(text, []), ['/data disk', '/nix', '/usr', '/usr/local']);
});

test('kernel views, media, other engines and what is hidden are left out', (t) => {
  const text = mountinfo(
    '1 0 / ext4',
    '2 1 /proc proc',
    '3 1 /dev devtmpfs',
    '4 1 /mnt/disk ext4',
    '5 1 /var/lib/docker/overlay2/x/merged overlay',
    '6 1 /home ext4',
    '7 1 /homely ext4',
    '8 1 /srv/nfs nfs4',
    '9 1 /snap/core squashfs',
  );
  t.deepEqual(selectSubmounts(text, ['/home']), ['/homely']);
});

test('what is covered by another mount is not seen', (t) => {
  const text = mountinfo(
    '1 0 / ext4',
    '2 1 /opt/inner ext4',
    '3 2 /opt/inner/deep ext4',
    '4 1 /opt ext4',
    '5 1 /usr ext4',
    '6 5 /usr tmpfs',
  );
  t.deepEqual(selectSubmounts(text, []), ['/opt']);
});

test('a machine with very many is cut off', (t) => {
  const many = Array.from({ length: 40 }, (_, index) => `${index + 2} 1 /opt/${index} ext4`);
  t.is(selectSubmounts(mountinfo('1 0 / ext4', ...many), []).length, 16);
});
