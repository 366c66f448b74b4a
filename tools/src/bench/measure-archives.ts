import { join } from 'node:path';
import { debianRoot } from '../roots/debian-root.js';
import { miniCommand } from '../workspace.js';
import { packDirectory, writeImages } from './image-archives.js';
import { openPodman } from './podman.js';
import { withStore } from './private-store.js';
import type { Scene } from './scene.js';
import type { BenchContext, Section } from './section.js';
import { timeProgram } from './side.js';
import { quantile } from './statistics.js';
import { formatTable } from './table.js';
import { ratioTarget } from './targets.js';

const MOST_ROUNDS = 5;
const NAME = 'localhost/bench/debian:1';
const CONTAINER = 'bench-commit';
/** What a commit packs. */
const CHANGE = 'cp -a /usr/share /usr/lib/x86_64-linux-gnu/perl-base /srv && rm -r /usr/share/doc';

/** How long an engine takes for each act, ms. */
type Times = Readonly<Record<Act, number>>;
const ACTS = ['load', 'save', 'commit'] as const;
type Act = (typeof ACTS)[number];

/** Runs a command of an engine in a store that nobody has used before. */
type Engine = (...words: string[]) => Promise<number>;

/** A Debian image loaded from an archive, saved as one, and committed with changes: by mini and podman in turn. */
export async function measureArchives({ scene, options, has, warn }: BenchContext): Promise<Section> {
  const title = 'Archives of images, and commit';
  if (!has('podman')) {
    warn('archives are left out: there is no podman');
    return { title, text: 'Not measured: there is no podman.', targets: [] };
  }
  const archive = await packDebian(scene);
  const [ours, theirs]: [Times[], Times[]] = [[], []];
  // A store of its own for each: a file system is slow to give out what has just been deleted.
  for (let round = 0; round < Math.min(MOST_ROUNDS, options.rounds); round += 1) {
    ours.push(await timeActs(miniIn(scene, round), archive, join(scene.directory, `mini-${round}.tar`)));
    theirs.push(
      await timeActs(podmanIn(scene, round), archive, join(scene.directory, `podman-${round}.tar`)),
    );
  }
  const median = (times: readonly Times[], act: Act) =>
    quantile(
      times.map((each) => each[act]),
      0.5,
    );
  const rows = ACTS.map((act) => [
    act,
    ...[median(ours, act), median(theirs, act)].map((ms) => (ms / 1000).toFixed(2)),
    (median(ours, act) / median(theirs, act)).toFixed(2),
  ]);
  return {
    title,
    text: formatTable(['', 'mini s', 'podman s', 'of podman'], rows),
    targets: ACTS.map((act) =>
      ratioTarget(`\`${act}\` takes at most podman's time`, median(ours, act), median(theirs, act), 1),
    ),
  };
}

async function packDebian({ directory }: Scene): Promise<string> {
  const layer = await packDirectory(await debianRoot(), join(directory, 'debian-layer.tar'));
  const archive = join(directory, 'debian.tar');
  await writeImages(join(directory, 'debian'), archive, [{ name: NAME, layers: [layer] }]);
  return archive;
}

async function timeActs(engine: Engine, archive: string, saved: string): Promise<Times> {
  const load = await engine('load', '-q', '-i', archive);
  const save = await engine('save', '-o', saved, NAME);
  await engine('run', '--network', 'none', '--name', CONTAINER, NAME, 'sh', '-c', CHANGE);
  const commit = await engine('commit', '-q', CONTAINER, 'localhost/bench/committed:1');
  await engine('rm', CONTAINER);
  return { load, save, commit };
}

function miniIn(scene: Scene, round: number): Engine {
  const store = join(scene.directory, `mini-store-${round}`);
  return async (...words) => {
    const [file, rest] = withStore(store, [process.execPath, miniCommand, ...words]);
    return await timeProgram(file, rest);
  };
}

function podmanIn(scene: Scene, round: number): Engine {
  const podman = openPodman(join(scene.directory, `p${round}`));
  return async (...words) => await timeProgram(podman.file, [...podman.words, ...words], podman.env);
}
