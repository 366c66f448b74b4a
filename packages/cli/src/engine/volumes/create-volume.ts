import { isDeepStrictEqual } from 'node:util';
import { makeId } from '@mini/state-store';
import { type Engine, openEngine } from '../engine.js';
import { checkDriverOptions } from './driver-options.js';
import { noSuchVolume, volumeError } from './volume-errors.js';
import { recordVolumeEvent } from './volume-events.js';
import type { VolumeRecord } from './volume-record.js';
import {
  checkVolumeName,
  type HeldVolume,
  listVolumeNames,
  lockVolume,
  makeVolume,
  readVolume,
  type Volume,
} from './volume-store.js';

/** What a volume is made with. */
export interface VolumeRequest {
  /** A random one, of a volume without a name, unless told. */
  readonly name?: string;
  /** Only `local` is there. */
  readonly driver?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** `type`, `device` and `o` of a file system that containers get instead of a directory of mini's. */
  readonly options?: Readonly<Record<string, string>>;
  /** Full id of the container that it is removed with. */
  readonly goesWith?: string;
}

/** Others may be filling it for as long as that takes. */
const LOCK_TIMEOUT_MS = 600_000;

/**
 * `mini volume create`: makes a volume, or gives the one that is there if it is the same. Rejects with `RuntimeError`:
 * `bad-volume`, `volume-conflict` for one that is there with other labels or options.
 */
export async function createVolume(
  request: VolumeRequest = {},
  engine: Engine = openEngine(),
): Promise<Volume> {
  const held = await holdVolume(engine, request);
  held.release();
  return held.volume;
}

/** The volume of a request, made if it is missing, with its lock held. Rejects as `createVolume`. */
export async function holdVolume(engine: Engine, request: VolumeRequest): Promise<HeldVolume> {
  const name = request.name ?? makeId();
  const record = toRecord(name, request);
  listVolumeNames(engine);
  for (;;) {
    const made = makeVolume(engine, name, record);
    if (made !== undefined) {
      recordVolumeEvent(engine, made.volume, 'create');
      return made;
    }
    const lock = await lockVolume(engine, name, LOCK_TIMEOUT_MS);
    // Removed since: then it is made anew.
    if (lock === undefined) continue;
    try {
      const volume = readVolume(engine, name);
      assertSame(volume, request);
      return { volume, isNew: false, release: lock.release };
    } catch (error) {
      lock.release();
      throw error;
    }
  }
}

/** One that is there, with its lock held. Rejects with `RuntimeError` `no-such-volume`. */
export async function holdExistingVolume(engine: Engine, name: string): Promise<HeldVolume> {
  const lock = await lockVolume(engine, name, LOCK_TIMEOUT_MS);
  if (lock === undefined) throw noSuchVolume(name);
  try {
    return { volume: readVolume(engine, name), isNew: false, release: lock.release };
  } catch (error) {
    lock.release();
    throw error;
  }
}

function toRecord(name: string, request: VolumeRequest): VolumeRecord {
  const { driver = 'local', labels = {}, options = {}, goesWith } = request;
  checkVolumeName(name);
  if (driver !== 'local' && driver !== '') {
    const reason = `there is no volume driver ${JSON.stringify(driver)}, only "local"`;
    throw volumeError('bad-volume', `failed to make volume ${JSON.stringify(name)}: ${reason}`);
  }
  checkDriverOptions(name, options);
  const isAnonymous = request.name === undefined;
  return {
    createdMs: Date.now(),
    labels,
    options,
    isAnonymous,
    ...(goesWith === undefined ? {} : { goesWith }),
  };
}

/** Who says nothing of labels and options takes it as it is. */
function assertSame(volume: Volume, { labels = {}, options = {} }: VolumeRequest): void {
  const differs = (wanted: object, is: object) =>
    Object.keys(wanted).length > 0 && !isDeepStrictEqual({ ...wanted }, { ...is });
  const what = differs(options, volume.options) ? 'options' : differs(labels, volume.labels) ? 'labels' : '';
  if (what === '') return;
  throw volumeError(
    'volume-conflict',
    `failed to make volume ${JSON.stringify(volume.name)}: it is there with other ${what}`,
    { hint: `mini volume inspect ${volume.name} shows them; choose another name, or remove it first` },
  );
}
