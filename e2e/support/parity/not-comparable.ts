/** Flags of no line: mini's command and the flag's long name, with the reason. */
export const NOT_COMPARABLE: Readonly<Record<string, string>> = {
  'run --config': "a description of a container in a file is mini's own",
  'run --explain': "the plan of a start is mini's own",
  'run --format': 'it goes with --explain',
  'run --log-level': "it is about mini's own messages; podman has it before the command only",
  'run --log-format': "it is about mini's own messages",
  'run --help': 'the help of two programs has different words',
  'run --init': 'podman needs catatonit for it, which its package does not bring',
  'run --blkio-weight':
    'podman forgets it where the kernel has no weights; update and inspect of mini are tested alone',
  'stop --signal': 'podman 4 has it for kill only',
  'stats --all': 'podman takes no names with it, and all containers are not only those of the test',
  'cp --follow-link': 'podman has no such flag',
  'cp --quiet': 'podman has no such flag',
  'run --health-start-interval': 'podman 4 has no such flag',
  'update --restart': 'podman 4 has no such flag',
  'start --all': 'to mini it is what is to run after a reboot, to podman everything that there is',
  'start --filter': 'it goes with --all',
  'ps --tree': "the trees of processes are mini's own",
};
