import { type Environment, processEnvironment } from '@mini/image-store/registry';
import type { Engine } from '../engine.js';

/** Where credentials and settings are looked for: as the user, also where this process is root of the user's namespace. */
export function registryEnvironment({ caller }: Engine): Environment {
  return { ...processEnvironment(), uid: caller.uid };
}
