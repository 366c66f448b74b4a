/** Something in which mini is not like podman, on purpose. */
export interface Difference {
  /** Why a user is better served so. */
  readonly reason: string;
  /** Both exit codes, where they differ; elsewhere they must be the same. */
  readonly exitCodes?: readonly [mini: number, podman: number];
  /** What is printed differs; elsewhere it must be the same. */
  readonly stdout?: true;
}

/** All differences that are meant. Where docker has an answer, it is docker's. */
export const DIFFERENCES = {
  'exit code of a refusal': {
    reason: 'docker has 1 where a command other than run is refused; podman 125',
    exitCodes: [1, 125],
  },
  'exit code of a refused exec': {
    reason: 'docker has 1 for an exec that is refused; podman 255',
    exitCodes: [1, 255],
  },
  'exec into a missing directory': {
    reason: '127 tells of a command that was not found, which this is not; podman has it all the same',
    exitCodes: [1, 127],
  },
  'exit code of a failing set-up': {
    reason: '126 tells of a command that cannot be run; podman has it for users and keys that are wrong too',
    exitCodes: [125, 126],
  },
  'exit code of rm of a running one': { reason: 'docker has 1, podman 2', exitCodes: [1, 2] },
  'working directory': {
    reason: 'docker makes a working directory that is missing; podman refuses the run',
    exitCodes: [0, 126],
    stdout: true,
  },
  'host names': {
    reason: 'a name that no resolver would take is refused before anything is made',
    exitCodes: [125, 0],
    stdout: true,
  },
  'own group': {
    reason:
      'the group of a process is one of its supplementary groups, or leaving it would give rights (CVE-2022-2990)',
    stdout: true,
  },
  'size of /dev/shm': { reason: 'docker has 64 MiB, podman 64,000 KiB', stdout: true },
  'no_new_privs by default': {
    reason: 'on unless switched off: no program in the container gains rights by being executed',
    stdout: true,
  },
  'session of exec -d': { reason: 'docker prints nothing; podman the id of a session', stdout: true },
  'top is of the host': {
    reason: "docker's columns, and pids as the host numbers them; ps of the container is never run",
    stdout: true,
  },
  'table of stats': { reason: "docker's columns and units", stdout: true },
  'table of ps': {
    reason: 'docker quotes commands, and says "Up 3 seconds" where podman says "Up 3 seconds ago"',
    stdout: true,
  },
  'order of ps': { reason: 'docker has the newest first, podman the oldest', stdout: true },
  'state of ps': { reason: 'docker has one word in {{.State}}, podman a sentence', stdout: true },
  'labels of ps': { reason: 'docker prints a=b,c=d; podman a map of Go', stdout: true },
  'mounts of ps': { reason: 'docker prints the sources of mounts, podman their targets', stdout: true },
  'network of ps': {
    reason: 'docker names the network none, in filters too; podman has no name for it',
    stdout: true,
  },
  'image of a filter': {
    reason:
      'a directory that was run has one name; podman looks among images, of which ours has the name of a registry',
    stdout: true,
  },
  'volume of a filter': {
    reason: 'docker looks at the targets of bind mounts too, podman at volumes',
    stdout: true,
  },
  'name of inspect': { reason: 'docker has a slash before it', stdout: true },
  'name of update': { reason: 'docker prints the name that was given, podman the id', stdout: true },
  'the others of several': {
    reason: 'one that is missing keeps no other from its turn, as in docker; podman does nothing then',
    stdout: true,
  },
  'volume that is there': {
    reason: 'docker gives the volume that is there if it is the same; podman refuses',
    exitCodes: [0, 125],
    stdout: true,
  },
  'exit code of volume rm': { reason: 'docker has 1 for a volume in use, podman 2', exitCodes: [1, 2] },
  'exit code of rmi': { reason: 'docker has 1 for an image in use, podman 2', exitCodes: [1, 2] },
  'order of images': { reason: 'docker has the newest first, podman sorts by name', stdout: true },
  'sizes of images': { reason: "docker's columns and units, without a blank between them", stdout: true },
  'ids of history': { reason: 'docker says which digest the id is', stdout: true },
  'ids of commit': { reason: 'docker says which digest the id is', stdout: true },
  'words of import': {
    reason: 'as docker: no command has made the layer; podman makes one up',
    stdout: true,
  },
  'words of rmi': { reason: "docker's words: the layers that go are named too", stdout: true },
  'message of commit': {
    reason: 'the history of an OCI image can hold it; podman refuses it for that format',
    exitCodes: [0, 125],
    stdout: true,
  },
  'words of prune': {
    reason: "docker's words, the space that is free now among them; podman prints ids",
    stdout: true,
  },
  'letters of logs': {
    reason: 'to docker -n is --tail, to podman --names',
    exitCodes: [0, 125],
    stdout: true,
  },
  'json of diff': { reason: 'one object a line, as in all lists', stdout: true },
  'times of inspect': { reason: 'nanoseconds, as in its JSON; podman writes them out', stdout: true },
  'health of a filter': {
    reason: 'docker calls what was never looked at "none"; podman knows no such word',
    stdout: true,
  },
  'signal of inspect': { reason: 'docker names signals, podman numbers them', stdout: true },
  'driver of inspect': {
    reason: 'the layers are overlays; podman was set to plain directories here',
    stdout: true,
  },
  'size of the root': {
    reason: "to measure a directory or this machine's root is to walk all of it: mini tells what was written",
    exitCodes: [1, 0],
    stdout: true,
  },
  'tail of logs': { reason: 'docker takes the word "all"', exitCodes: [0, 125], stdout: true },
  'until of logs': { reason: 'to docker 10m is ten minutes ago, to podman in ten minutes', stdout: true },
  'start of a running one': { reason: 'docker prints the name of what runs already too', stdout: true },
} as const satisfies Record<string, Difference>;

export type DifferenceId = keyof typeof DIFFERENCES;

export function differenceOf(id: DifferenceId): Difference {
  return DIFFERENCES[id];
}
