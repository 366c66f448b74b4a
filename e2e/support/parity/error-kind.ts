/** Reasons for which both engines refuse something, each with how mini says it and how podman does. */
const KINDS = {
  'no such container': [
    /no such container|no such object/,
    /no such container|no container with name or ID|no such object|does not exist|not found: layer/i,
  ],
  'name in use': [/it is in use by container/, /already in use/],
  'ambiguous id': [/ids begin like that/, /more than one|multiple/],
  paused: [/it is paused/, /paused|only create exec sessions on running/],
  'not paused': [/it is not paused/, /is not paused/],
  running: [/: it is running/, /as it is running/],
  'not running': [
    /it is not running/,
    /is not running|only .*running containers|can only .* running|container state improper/,
  ],
  'no such flag': [/there is no such flag/, /unknown (shorthand )?flag/],
  'value missing': [/it needs a value/, /flag needs an argument/],
  'operand missing': [
    / is missing| are missing/,
    /requires at least|accepts \d|must (provide|specify)|needs? at least|not enough|requires? (a|at)|no command|you must|specify at least|no names or ids/,
  ],
  'no such command': [/there is no such command/, /unrecognized command|unknown command/i],
  'too many operands': [/one operand too many/, /accepts|takes no arguments|unknown command/],
  'command not found': [/failed to (find|execute) .*ENOENT/, /not found|no such file or directory/],
  'command not executable': [
    /failed to (find|execute) .*(EACCES|EISDIR|ENOEXEC)/,
    /permission denied|is a directory/,
  ],
  'no such CPU': [/names CPU/, /CPUs are not available/],
  'bad filter': [
    /failed to filter|are known here/,
    /invalid filter|unsupported image filter|is an invalid|not a valid|invalid argument|no such container/,
  ],
  'bad template': [/failed to parse --format/, /template|can't evaluate|function/],
  'bad value': [
    /failed to (parse|read|set) (-|the name)|failed to use container name/,
    /invalid|must be|should be|unable to|cannot|unknown|is not|no such file|exceeds|failed/i,
  ],
  'no such image': [
    /failed to .*image .*: there is none|failed to pull/,
    /no such image|image not known|short-name|did not resolve|unable to/,
  ],
  'image in use': [/is made of it/, /in use by a container/],
  'bad change': [/is none of CMD/, /invalid change|unsupported|not supported|unknown/],
  'file exists': [/EEXIST/, /exists/],
  'no such group': [/failed to find the group/, /unable to find group/],
  'bad working directory': [/not absolute|change to the directory/, /workdir .* does not exist|chdir/],
  'no such file': [/ENOENT/, /no such file or directory/],
  'no such user': [
    /user .* is not in|no such user|failed to find (the )?user/,
    /unable to find user|no matching entries/,
  ],
  'no such volume': [/failed to find volume/, /no such volume|no volume with name|not found/i],
  'volume in use': [/it is in use by container/, /being used by/],
  'bad volume': [/failed to use volume name/, /names must match|invalid argument/],
  'target missing': [/the target is missing/, /must (specify|set) volume destination|no destination/i],
  'no log': [/none is kept/, /log driver|cannot be read|not supported|none/],
} as const satisfies Record<string, readonly [RegExp, RegExp]>;

export type ErrorKind = keyof typeof KINDS;

/** Whether an engine's words mean this. */
export function isOfKind(kind: ErrorKind, engine: 'mini' | 'podman', stderr: string): boolean {
  return KINDS[kind][engine === 'mini' ? 0 : 1].test(stderr);
}
