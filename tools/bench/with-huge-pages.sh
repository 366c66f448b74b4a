#!/bin/sh
# Runs a command with a tree of control groups for huge pages beside those that this machine has mounted. Called in a
# mount namespace of its own with private propagation: the machine's own /sys/fs/cgroup stays as it is.
set -eu

place=$(mktemp -d)
mount -t tmpfs cgroup "$place"
for tree in /sys/fs/cgroup/*/; do
  name=$(basename "$tree")
  mkdir "$place/$name"
  mount --bind "$tree" "$place/$name"
done
# The machine may have the directory without a tree on it.
mkdir -p "$place/hugetlb"
mount -t cgroup -o hugetlb cgroup "$place/hugetlb"
mount --move "$place" /sys/fs/cgroup
rmdir "$place"

# Who ends the whole process group waits for what follows.
trap : INT TERM
status=0
"$@" || status=$?

# The tree goes with its last mount, unless it still has groups, and removed ones take a moment to go.
for attempt in 1 2 3 4 5; do
  find /sys/fs/cgroup/hugetlb -mindepth 1 -depth -type d -exec rmdir {} + || :
  sleep 0.2
  umount /sys/fs/cgroup/hugetlb
  sleep 0.1
  ! grep -q '^hugetlb\s0\s' /proc/cgroups || break
  [ "$attempt" = 5 ] || mount -t cgroup -o hugetlb cgroup /sys/fs/cgroup/hugetlb
done
exit $status
