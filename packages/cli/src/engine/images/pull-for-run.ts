import type { OnProgress } from '@mini/image-store/registry';
import type { Engine } from '../engine.js';
import { placeForImages } from '../user-namespace/enter-namespace.js';
import { pullNamedImage } from './pull-images.js';

/** Fetches the image of a container; returns its name in full. Rejects as `pullNamedImage`. */
export async function pullForRun(
  engine: Engine,
  name: string,
  platform: string | undefined,
  onProgress: OnProgress | undefined,
): Promise<string> {
  if (placeForImages(engine) === undefined) {
    const request = {
      ...(platform === undefined ? {} : { platform }),
      ...(onProgress ? { onProgress } : {}),
    };
    return (await pullNamedImage(name, request, engine)).name;
  }
  const { runMini } = await import('../user-namespace/run-mini.js');
  const flags = [
    ...(onProgress === undefined ? ['--quiet'] : []),
    ...(platform === undefined ? [] : [`--platform=${platform}`]),
  ];
  return (await runMini(engine, ['pull', ...flags, '--', name])).trim();
}
