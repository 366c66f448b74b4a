import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { isRuntimeError } from '@mini/contracts';
import { execIn, runIn } from '@mini/runtime-core';
import test from 'ava';
import { type LibraryContainer, startContainer } from '../support/library-container.js';
import { childrenOf } from '../support/processes.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';

const NOT_RUNNING = {
  name: 'RuntimeError',
  code: 'container-not-running',
  message: 'failed to enter the container: ESRCH no such process',
};
/** How a process may end, or not begin, in a container that is killed meanwhile. */
const ENDINGS = ['SIGKILL', 'container-not-running'];

/** What this process holds: descriptors by what they are, and children, zombies too. */
function listHeld(): { descriptors: string[]; children: number[] } {
  const descriptors = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, 'N')];
    } catch {
      return []; // that of the listing itself
    }
  });
  return { descriptors: descriptors.sort(), children: childrenOf(process.pid) };
}

async function endingOf(
  attempt: Promise<{ signal: string | null; exitCode: number | null }>,
): Promise<string> {
  try {
    const { signal, exitCode } = await attempt;
    return signal ?? String(exitCode);
  } catch (error) {
    if (isRuntimeError(error)) return error.code;
    throw error;
  }
}

async function withContainer(use: (box: LibraryContainer) => Promise<unknown>): Promise<void> {
  const box = await startContainer();
  try {
    await use(box);
  } finally {
    await box.stop();
  }
}

test('100 in a row leave no descriptor, no zombie, no cgroup', async (t) => {
  await withContainer(async (box) => {
    await box.run(['true']);
    await t.throwsAsync(box.run(['nope']));
    const [before, held] = [takeSnapshot(), listHeld()];
    for (let i = 0; i < 50; i++) {
      t.is((await box.run(['true'])).exitCode, 0);
      await t.throwsAsync(box.run(['nope']), { code: 'command-not-found' });
    }
    t.deepEqual(await differenceSince(before), NOTHING);
    t.deepEqual(listHeld(), held);
    t.is(await box.read('ps | grep -c "[s]leep 1000"'), '1\n');
  });
});

test('20 at once', async (t) => {
  await withContainer(async (box) => {
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => box.read(`echo ${i}`)));
    t.deepEqual(
      all,
      Array.from({ length: 20 }, (_, i) => `${i}\n`),
    );
  });
});

test('a container that has ended is not entered', async (t) => {
  const box = await startContainer();
  const { pid } = box;
  const held = listHeld();
  await box.stop();
  await t.throwsAsync(runIn({ pid }, 'true'), NOT_RUNNING);
  t.throws(() => execIn({ pid }, 'true'), NOT_RUNNING);
  t.deepEqual(
    listHeld().children,
    held.children.filter((child) => child !== pid),
  );
});

test('what is no process is no container', async (t) => {
  for (const pid of [-1, 0, 2 ** 22 + 1]) await t.throwsAsync(runIn({ pid }, 'true'), NOT_RUNNING);
  const fd = openSync('/dev/null', 'r');
  await t.throwsAsync(runIn({ pidfd: fd }, 'true'), NOT_RUNNING);
  closeSync(fd);
});

test('when the container ends, so does what was executed in it', async (t) => {
  const box = await startContainer();
  const running = box.run(['sleep', '1000']);
  const process = execIn({ pid: box.pid }, 'cat');
  await process.started;
  await box.stop();
  t.deepEqual(await process.exited, { exitCode: null, signal: 'SIGKILL' });
  t.true(ENDINGS.includes(await endingOf(running)));
});

test('a container that dies at any moment of it: an end or an error, and nothing left', async (t) => {
  const before = takeSnapshot();
  const held = listHeld();
  const endings = new Set<string>();
  for (let round = 0; round < 30; round++) {
    const box = await startContainer();
    const attempts = Array.from({ length: 4 }, () => endingOf(box.run(['sleep', '1000'])));
    await sleep(round / 6);
    await box.stop();
    for (const ending of await Promise.all(attempts)) endings.add(ending);
  }
  t.deepEqual(
    [...endings].filter((ending) => !ENDINGS.includes(ending)),
    [],
  );
  t.deepEqual(await differenceSince(before), NOTHING);
  t.deepEqual(listHeld().children, held.children);
});

test('killed at any moment: it ends, and nothing is left', async (t) => {
  await withContainer(async (box) => {
    await box.run(['true']);
    const held = listHeld();
    const endings = new Set<string>();
    for (let round = 0; round < 200; round++) {
      const process = execIn({ pid: box.pid }, 'sleep', ['1000'], { stdio: 'ignore' });
      const until = performance.now() + round / 50;
      while (performance.now() < until);
      process.kill('SIGKILL');
      endings.add(await endingOf(process.exited));
    }
    t.deepEqual(
      [...endings].filter((ending) => ending !== 'SIGKILL' && ending !== 'start-failed'),
      [],
    );
    t.deepEqual(listHeld(), held);
    t.is(await box.read('ps | grep -c "[s]leep 1000"'), '1\n');
  });
});

test('an abort that came before is no start', async (t) => {
  await withContainer(async (box) => {
    const process = execIn({ pid: box.pid }, 'sleep', ['1000'], { signal: AbortSignal.abort() });
    t.true(['SIGKILL', 'start-failed'].includes(await endingOf(process.exited)));
  });
});
