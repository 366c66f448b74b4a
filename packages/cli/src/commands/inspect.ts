import { isRuntimeError, RuntimeError } from '@mini/contracts';
import { inspectContainer } from '../engine/life/inspect.js';
import { showInspections } from './lists/show-inspections.js';
import { flag, value, withCommon } from './options/plain-option.js';
import { plainCommand } from './plain-command.js';
import { Problem } from './problem.js';

export const OPTIONS = withCommon(
  value('-f, --format', 'FORMAT', 'json, or a template such as {{.State.Pid}}'),
  flag('-s, --size', 'Show how much it has written too'),
  value('--type', 'TYPE', 'What is meant by the name: container, image or volume'),
);

const TYPES = ['container', 'image', 'volume'] as const;

/** `mini inspect`: what is found is shown, also when something else is not. */
export const runCommand = plainCommand({
  name: 'inspect',
  options: OPTIONS,
  operands: { least: 1, called: 'the container' },
  async perform(given, io, diagnostics) {
    const type = given.parse('type', readType);
    const found: unknown[] = [];
    const errors: unknown[] = [];
    for (const name of given.operands) {
      try {
        found.push(await inspect(name, type, given.has('size')));
      } catch (error) {
        errors.push(error);
      }
    }
    io.writeOut(showInspections(found, given.get('format')));
    for (const error of errors) diagnostics.error(error);
    return errors.length === 0 ? 0 : 1;
  },
});

/** As docker: a container, and if there is none of that name an image, or a volume. */
async function inspect(name: string, type: string | undefined, size: boolean): Promise<unknown> {
  if (type === 'image') return await inspectImage(name);
  if (type === 'volume') return await inspectVolume(name);
  try {
    return inspectContainer(name, { size });
  } catch (error) {
    const isMissing = isRuntimeError(error) && (error.code === 'state-missing' || error.code === 'state-id');
    if (type === 'container' || !isMissing) throw error;
    const other = (await ifThere(() => inspectImage(name))) ?? (await ifThere(() => inspectVolume(name)));
    if (other === undefined) throw noSuchObject(name);
    return other;
  }
}

/** Nobody said what it would be. */
function noSuchObject(name: string): RuntimeError<'no-such-object'> {
  return new RuntimeError({
    code: 'no-such-object',
    message: `failed to find ${JSON.stringify(name)}: no such object`,
  });
}

async function inspectVolume(name: string): Promise<unknown> {
  const { inspectVolume: look } = await import('../engine/volumes/inspect-volume.js');
  return look(name);
}

async function inspectImage(name: string): Promise<unknown> {
  const { inspectImage: look } = await import('../engine/images/inspect-image.js');
  return await look(name);
}

const NOT_THERE = new Set(['no-such-image', 'bad-reference', 'no-such-volume']);

async function ifThere(look: () => Promise<unknown>): Promise<unknown> {
  try {
    return await look();
  } catch (error) {
    if (isRuntimeError(error) && NOT_THERE.has(error.code)) return undefined;
    throw error;
  }
}

function readType(text: string): (typeof TYPES)[number] {
  const type = TYPES.find((each) => each === text);
  if (type !== undefined) return type;
  throw new Problem(`it must be one of ${TYPES.join(', ')}`);
}
