/** Descriptors that a service manager has opened for the container, and what tells its process of them. */
export interface ListenFds {
  readonly count: number;
  /** Variables for the process. */
  readonly env: readonly string[];
}

const NONE: ListenFds = { count: 0, env: [] };
/** More than a launch can pass is refused by it. */
const MAX_DIGITS = 4;

/**
 * LISTEN_FDS descriptors from 3 on are handed down before those of `--preserve-fds`, unless LISTEN_PID says that they are
 * meant for another process. `pid` is our own, `innerPid` the one that the process will have, where that is known.
 * Source: sd_listen_fds(3), runc-run(8).
 */
export function readListenFds(
  env: Readonly<Record<string, string | undefined>>,
  pid: number,
  innerPid: number | undefined,
): ListenFds {
  const { LISTEN_FDS: text = '', LISTEN_PID: wanted = '', LISTEN_FDNAMES: names = '' } = env;
  const isOurs = wanted === '' || wanted === String(pid);
  if (!isOurs || !/^\d+$/.test(text) || text.length > MAX_DIGITS || Number(text) === 0) return NONE;
  return {
    count: Number(text),
    env: [
      `LISTEN_FDS=${Number(text)}`,
      ...(innerPid === undefined ? [] : [`LISTEN_PID=${innerPid}`]),
      ...(names === '' ? [] : [`LISTEN_FDNAMES=${names}`]),
    ],
  };
}
