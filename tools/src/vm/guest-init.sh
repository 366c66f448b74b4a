#!/bin/busybox sh
# PID 1 of the initramfs: puts the guest's root together and moves into it. All of it is busybox, because a
# program of the host's takes ten times as long to load here. What it mounts, and why:
#   /lower   the host's root, read-only, over virtiofs
#   /disk    an ext4 disk that forgets: io.max needs a block device, and an overlay's upper cannot lie on an
#            overlay, so mini's data and /var/tmp lie here
#   /new     overlay of a tmpfs over /lower: writable, and thrown away
export PATH=/bin
/bin/busybox --install -s /bin

fail() {
  echo "vm: $*" >/dev/console
  poweroff -f
}

bind_plain() {
  mkdir -p "$1" "/new$2" && chmod "$3" "$1" && mount --bind "$1" "/new$2" || fail "failed to mount $2"
}

mount_new_root() {
  mount -t virtiofs -o ro host /lower || fail 'failed to mount the host'\''s root'
  mount -t ext4 -o noatime,nobarrier /dev/vda /disk || fail 'failed to mount the disk'
  mount -t tmpfs -o mode=755 tmpfs /upper && mkdir /upper/data /upper/work
  mount -t overlay -o lowerdir=/lower,upperdir=/upper/data,workdir=/upper/work overlay /new ||
    fail 'failed to mount the overlay'
}

# A checkout below /tmp would vanish under the new /tmp: held aside, then bound where it was.
keep_directories() {
  while read -r directory; do
    mkdir -p "/keep$directory" && mount --bind "/new$directory" "/keep$directory"
  done </job/keep-directories
}

show_kept_directories() {
  while read -r directory; do
    mkdir -p "/new$directory" && mount --bind "/keep$directory" "/new$directory"
  done </job/keep-directories
}

mount_plain_directories() {
  mkdir -p /new/tmp /new/run
  mount -t tmpfs -o mode=1777 tmpfs /new/tmp
  mount -t tmpfs -o mode=755 tmpfs /new/run
  bind_plain /disk/var-tmp /var/tmp 1777
  bind_plain /disk/var-lib-mini /var/lib/mini 700
  mkdir -p -m 700 /new/run/mini
  mkdir -p -m 1777 /new/run/lock
}

mount_kernel_file_systems() {
  mount --move /proc /new/proc
  mount --move /sys /new/sys
  mount --move /dev /new/dev
  mkdir -p /new/dev/pts /new/dev/shm /new/dev/mqueue
  mount -t devpts -o mode=620,gid=5,ptmxmode=666 devpts /new/dev/pts
  mount -t tmpfs -o mode=1777,nosuid,nodev shm /new/dev/shm
  mount -t mqueue mqueue /new/dev/mqueue
  ln -sf /proc/self/fd /new/dev/fd
  ln -sf fd/0 /new/dev/stdin
  ln -sf fd/1 /new/dev/stdout
  ln -sf fd/2 /new/dev/stderr
}

mount_cgroups() {
  mount -t cgroup2 -o nsdelegate,memory_recursiveprot cgroup2 /new/sys/fs/cgroup || fail 'failed to mount cgroup2'
  for controller in $(cat /new/sys/fs/cgroup/cgroup.controllers); do
    echo "+$controller" >/new/sys/fs/cgroup/cgroup.subtree_control || fail "failed to enable $controller"
  done
}

# The kernel's own modules, for what is loaded on demand (veth, bridge, nf_tables).
bind_modules() {
  modules=/lower$(cat /job/modules-directory)
  [ -d "$modules" ] || return 0
  mkdir -p "/new/lib/modules/$(uname -r)"
  mount --bind "$modules" "/new/lib/modules/$(uname -r)"
}

mkdir -p /proc /sys /dev /lower /disk /upper /new
mount -t devtmpfs devtmpfs /dev
mount -t proc proc /proc
mount -t sysfs sysfs /sys
for module in /modules/*; do
  insmod "$module" || fail "failed to load $module"
done
mount_new_root
bind_modules
keep_directories
mount_plain_directories
show_kept_directories
mount_kernel_file_systems
mount_cgroups
hostname mini-vm
ip link set lo up
mkdir -p -m 700 /new/run/vm && cp /bin/busybox /guest-run.sh /job/job.sh /new/run/vm/
cp /job/artifact-directory /new/run/vm/ 2>/dev/null
exec switch_root /new /run/vm/busybox sh /run/vm/guest-run.sh
