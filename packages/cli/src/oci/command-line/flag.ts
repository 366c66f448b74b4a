/** One flag of a command, as runc's users know it. */
export interface Flag {
  /** Without dashes: `pid-file`. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help text; a flag without one is a switch. */
  readonly value?: string;
  readonly describe: string;
}

/** A flag that is there or not; `--flag=false` switches it off. */
export function toggle(names: string, describe: string): Flag {
  return { ...splitNames(names), describe };
}

/** A flag with a value. */
export function valued(names: string, value: string, describe: string): Flag {
  return { ...splitNames(names), value, describe };
}

/** `pid-file` or `b, bundle`. */
function splitNames(names: string): Pick<Flag, 'name' | 'short'> {
  const [first = '', second] = names.split(', ');
  return second === undefined ? { name: first } : { name: second, short: first };
}
