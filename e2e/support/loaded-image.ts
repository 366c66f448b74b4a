import type { ExecutionContext } from 'ava';
import { freshName, succeed } from './detached.js';
import { busyboxLayer, describeConfig, type TestImage, writeArchive } from './image-archive.js';
import { mini } from './mini.js';

/** Loads an image with busybox below its layers; it is removed when the test is over. */
export async function loadImage(
  t: ExecutionContext,
  image: Partial<TestImage> = {},
): Promise<{ readonly name: string; readonly id: string }> {
  const name = `${freshName()}:1`;
  const whole = { names: [name], ...image, layers: [await busyboxLayer(), ...(image.layers ?? [])] };
  t.is(await succeed(t, 'load', '-i', await writeArchive([whole])), `Loaded image: ${name}\n`);
  t.teardown(() => mini(['rmi', '-f', name]));
  return { name, id: describeConfig(whole).id };
}
