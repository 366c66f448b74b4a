# PID 1 of the guest's real root: runs the job in a cgroup of its own, carries its output and exit status to
# the host over the serial ports, and switches the machine off.
busybox=/run/vm/busybox

for port in /sys/class/virtio-ports/*; do
  read -r name <"$port/name" && ln_target=/dev/${port##*/} && $busybox ln -s "$ln_target" "/run/vm/port-$name"
done

# A port can be opened once only, so programs that open /dev/stdout again would get EBUSY: hence pipes.
$busybox mkfifo /run/vm/out /run/vm/err
$busybox cat /run/vm/out >/run/vm/port-stdout &
out_reader=$!
$busybox cat /run/vm/err >/run/vm/port-stderr &
err_reader=$!

job_cgroup=/sys/fs/cgroup/job
$busybox mkdir "$job_cgroup"
(
  echo 0 >"$job_cgroup/cgroup.procs"
  exec $busybox setsid $busybox sh /run/vm/job.sh </dev/null >/run/vm/out 2>/run/vm/err
)
status=$?

# Whatever the job left behind would keep the pipes open.
echo 1 >"$job_cgroup/cgroup.kill"
(
  $busybox sleep 10
  $busybox kill "$out_reader" "$err_reader"
) &
wait "$out_reader" "$err_reader"

if [ -e /run/vm/artifact-directory ]; then
  directory=$($busybox cat /run/vm/artifact-directory)
  [ ! -d "$directory" ] || $busybox tar -c -C "$directory" . >/run/vm/port-artifact
fi
echo "$status" >/run/vm/port-status
$busybox poweroff -f
