import { type Engine, openEngine } from '../engine.js';
import { findVolume } from './list-volumes.js';

/** All that is known of a volume, in the form of docker's `volume inspect`. */
export interface VolumeInspection {
  /** RFC 3339. */
  readonly CreatedAt: string;
  readonly Driver: 'local';
  readonly Labels: Readonly<Record<string, string>>;
  readonly Mountpoint: string;
  readonly Name: string;
  /** `null` when there are none. */
  readonly Options: Readonly<Record<string, string>> | null;
  readonly Scope: 'local';
  /** Nobody has given it a name. */
  readonly Anonymous: boolean;
}

/** Throws `RuntimeError`: `no-such-volume`, `volume-corrupt`. */
export function inspectVolume(name: string, engine: Engine = openEngine()): VolumeInspection {
  const { createdMs, labels, options, mountpoint, isAnonymous } = findVolume(name, engine);
  // The keys are the user's own: no prototype, so that none of them means anything else.
  const toMap = (texts: Readonly<Record<string, string>>) => Object.assign(Object.create(null), texts);
  return {
    CreatedAt: new Date(createdMs).toISOString(),
    Driver: 'local',
    Labels: toMap(labels),
    Mountpoint: mountpoint,
    Name: name,
    Options: Object.keys(options).length === 0 ? null : toMap(options),
    Scope: 'local',
    Anonymous: isAnonymous,
  };
}
