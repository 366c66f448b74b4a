/** Barriers of a Plan by their ids: at each the parent does its part and says go. */
export const BARRIER = {
  /** The id maps of a new user namespace are to be written. */
  idMaps: 1,
  /** All that can be done before the command has been done: the container is created, and the helper can be left alone. */
  created: 2,
  /** The namespaces and mounts are made, the root is not changed yet: hooks of the host's side run. */
  runtimeHooks: 3,
  /** The id maps of the monitor's own user namespace are to be written; no Plan has it. */
  monitorMaps: 4,
  /** Who starts the process writes down which it is. */
  noted: 5,
  /** The files of a container that does not run are mounted, and stay so until the helper ends; no container's Plan has it. */
  mounted: 6,
  /** The helper stands in for a process that is yet to be born, until it is ended; no container's Plan has it. */
  placeholder: 7,
} as const;
