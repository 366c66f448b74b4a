import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { miniCommand } from '../workspace.js';
import { type ArchivedImage, packDirectory, packFiles, writeImages } from './image-archives.js';
import { commandWithStore, withStore } from './private-store.js';
import { measureRounds } from './rounds.js';
import type { Scene } from './scene.js';
import { type BenchContext, formatSamples, mediansOf, type Section } from './section.js';
import { surplusTarget } from './targets.js';

const LAYERS = [1, 10, 100] as const;
const MOST_LAYERS = Math.max(...LAYERS);
const MOST_RUN_MS = 5;
const IMAGES = 1000;
const MOST_LIST_MS = 40;
const EMPTY = 'node -e 0';
const ROOTFS = 'mini run --rootfs DIR';
const LIST = `mini images, ${IMAGES} images`;
const runOf = (layers: number) => `mini run IMAGE, ${layers} layer${layers === 1 ? '' : 's'}`;

/** What an image costs that is there: containers of it against those of a directory, and the list of a thousand. */
export async function measureImages({ scene, options }: BenchContext): Promise<Section> {
  const [layered, many] = [join(scene.directory, 'layered'), join(scene.directory, 'many')];
  await fillStores(scene, layered, many);
  const mini = (...words: string[]) => [process.execPath, miniCommand, ...words];
  const run = ['run', '--rm', '--network', 'none'];
  const sides = [
    commandWithStore(EMPTY, many, [process.execPath, '-e', '0']),
    commandWithStore(LIST, many, mini('images')),
    commandWithStore(ROOTFS, layered, mini(...run, '--rootfs', scene.root, '/bin/true')),
    ...LAYERS.map((count) =>
      commandWithStore(runOf(count), layered, mini(...run, `bench/layers:${count}`, '/bin/true')),
    ),
  ];
  const samples = await measureRounds(sides, { rounds: options.rounds, batch: 1, warmUps: 2 });
  const median = mediansOf(samples);
  return {
    title: 'Images that are there',
    text: formatSamples(samples, EMPTY),
    targets: [
      ...LAYERS.map((count) =>
        surplusTarget(
          `\`${runOf(count)}\` takes at most ${MOST_RUN_MS} ms more than \`${ROOTFS}\``,
          median(runOf(count)),
          median(ROOTFS),
          MOST_RUN_MS,
        ),
      ),
      surplusTarget(
        `\`mini images\` of ${IMAGES} takes at most ${MOST_LIST_MS} ms more than \`${EMPTY}\``,
        median(LIST),
        median(EMPTY),
        MOST_LIST_MS,
      ),
    ],
  };
}

async function fillStores(scene: Scene, layered: string, many: string): Promise<void> {
  const directory = join(scene.directory, 'image-layers');
  mkdirSync(directory);
  const base = await packDirectory(scene.root, join(directory, 'base.tar'));
  const upper = await packFiles(directory, MOST_LAYERS - 1);
  const images = LAYERS.map((count) => ({
    name: `bench/layers:${count}`,
    layers: [base, ...upper.slice(0, count - 1)],
  }));
  await load(directory, 'layered', layered, images);
  const small = upper.slice(0, 1);
  const list = Array.from({ length: IMAGES }, (_, index) => ({ name: `bench/many:${index}`, layers: small }));
  await load(directory, 'many', many, list);
}

async function load(directory: string, name: string, store: string, images: readonly ArchivedImage[]) {
  const archive = join(directory, `${name}.tar`);
  await writeImages(join(directory, name), archive, images);
  const [file, words] = withStore(store, [process.execPath, miniCommand, 'load', '-q', '-i', archive]);
  await execa(file, words);
}
