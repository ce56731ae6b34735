#!/bin/bash
# boot-systemd.sh FOLDER NODE: boots this machine's own systemd as the first process of a machine of its own: other processes,
# mounts and names, the same network. What is changed there stays below FOLDER; Node is /opt/node/bin/node. Run by
# systemd-machine.ts, in namespaces that it made.
set -e
folder=$1 node=$2
mkdir -p "$folder/changed" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/changed,workdir=$folder/work" "$folder/root"
cd "$folder/root"
mount -t proc proc proc
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount -t tmpfs tmpfs run
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do
  touch "dev/$device"
  mount --bind "/dev/$device" "dev/$device"
done
mkdir dev/pts dev/shm
mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
mount -t tmpfs -o mode=1777 tmpfs dev/shm
mkdir -p opt/node/bin
touch opt/node/bin/node
mount --bind "$node" opt/node/bin/node
mount -t tmpfs -o mode=1777 tmpfs tmp
# None of what this machine's own units do.
rm -rf etc/systemd/system/*.wants/[!s]* etc/systemd/system/*.wants/s[!l]*
for unit in getty-static console-getty systemd-logind; do ln -sf /dev/null "etc/systemd/system/$unit.service"; done
# A root of its own and no chroot, in which systemd would leave out what units forbid.
pivot_root . mnt
cd /
umount --lazy /mnt
exec /usr/bin/env -i container=slipway PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --system
