import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { detectCgroupLayout, openCgroup } from '@mini/cgroup-manager';
import { enginePaths } from '@mini/cli';
import test, { type ExecutionContext } from 'ava';
import { failure, freshName, startDetached, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { isAlive } from '../support/processes.js';
import { busyboxRoot } from '../support/roots.js';
import { differenceSince, NOTHING, takeSnapshot } from '../support/snapshot.js';
import { waitFor } from '../support/wait.js';

const CONTAINERS = join(enginePaths(0, {}).dataDirectory, 'containers');

/** What is done to a file of a running container, and what is said of it then. */
interface Damage {
  readonly title: string;
  readonly file: 'record.json' | 'status';
  readonly act: (path: string, content: Buffer) => void;
  readonly reason: string;
  /** A list of summaries does not see it. */
  readonly isListed?: true;
}

const DAMAGES: readonly Damage[] = [
  {
    title: 'a record that is no JSON',
    file: 'record.json',
    act: (path) => writeFileSync(path, '}{'),
    reason: 'it is not valid JSON, or cut short',
  },
  {
    title: 'a record that is cut short',
    file: 'record.json',
    act: (path, content) => writeFileSync(path, content.subarray(0, content.length / 2)),
    reason: 'it is not valid JSON, or cut short',
  },
  {
    title: 'an empty record',
    file: 'record.json',
    act: (path) => writeFileSync(path, ''),
    reason: 'it is empty',
  },
  {
    title: 'no record',
    file: 'record.json',
    act: (path) => rmSync(path),
    reason: 'it is missing',
  },
  {
    title: 'a record of another format',
    file: 'record.json',
    act: (path, content) => writeFileSync(path, content.toString().replace('"format":1', '"format":7')),
    reason: 'its format is 7, and this version reads 1',
  },
  {
    title: 'the record of another container',
    file: 'record.json',
    act: (path, content) => writeFileSync(path, content.toString().replace(/"id":"\w+"/, '"id":"ab"')),
    reason: 'it is the record of "ab"',
  },
  {
    title: 'a directory for a record',
    file: 'record.json',
    act(path) {
      rmSync(path);
      mkdirSync(path);
    },
    reason: 'it is not a regular file',
  },
  {
    title: 'a link for a record',
    file: 'record.json',
    act(path) {
      rmSync(path);
      symlinkSync('/etc/passwd', path);
    },
    reason: 'ELOOP too many symbolic links encountered',
  },
  {
    title: 'a record that lacks what the engine needs',
    file: 'record.json',
    // Behind the summary, which `ps` alone is content with; the sizes must still agree.
    act: (path, content) => writeFileSync(path, content.toString().replace(/"stopSignal":/, '"slopSignal":')),
    reason: 'stopSignal missing or of the wrong type',
    isListed: true,
  },
  {
    title: 'a summary that lacks what a list needs',
    file: 'record.json',
    act: (path, content) => writeFileSync(path, content.toString().replaceAll('"image":', '"imaga":')),
    // The whole record is asked then, which lacks it too.
    reason: 'image missing or of the wrong type',
  },
  {
    title: 'an empty status',
    file: 'status',
    act: (path) => writeFileSync(path, ''),
    reason: 'it is empty',
  },
  {
    title: 'a status that is cut short',
    file: 'status',
    act: (path, content) => writeFileSync(path, content.subarray(0, 20)),
    reason: 'its 20 bytes are not the status of a container',
  },
  {
    title: 'a status that is none',
    file: 'status',
    act: (path, content) => writeFileSync(path, Buffer.alloc(content.length, 0xa5)),
    reason: 'its SIZE bytes are not the status of a container',
  },
  {
    title: 'a directory for a status',
    file: 'status',
    act(path) {
      rmSync(path);
      mkdirSync(path);
    },
    reason: 'EISDIR illegal operation on a directory',
  },
];

/** Of each kind of file one with all commands: they read it in one way. */
const THOROUGH = new Set(['an empty record', 'an empty status']);

async function assertNamedByAll(t: ExecutionContext, name: string, said: string): Promise<void> {
  for (const command of ['stop', 'logs', 'kill', 'rm', 'start', 'pause', 'top', 'wait']) {
    t.deepEqual(await mini([command, name]), failure(said), command);
  }
  t.is((await mini(['exec', name, 'true'])).stderr, `${said}\n`);
}

test.before(async () => {
  // The first container makes mini's own directories and locks, which stay.
  await mini(['run', '--rm', '--name', freshName(), '--rootfs', busyboxRoot(), 'true']);
});

for (const damage of DAMAGES) {
  test(`${damage.title}: named by all, the others are listed, and rm -f ends it`, async (t) => {
    const before = takeSnapshot();
    const label = freshName();
    const other = await startDetached(t, 'sleep 100', ['-l', label]);
    const { name, id } = await startDetached(t, 'sleep 100 & sleep 100', ['-l', label]);
    const pids = openCgroup(detectCgroupLayout(), `/mini/${id}`)?.pids() ?? [];
    t.is(pids.length, 2);
    const path = join(CONTAINERS, id, damage.file);
    const content = readFileSync(path);
    damage.act(path, content);
    const kind = damage.file === 'status' ? 'status' : 'record';
    const hint = kind === 'status' ? '\nhint: rm -f ends whatever runs in it, and removes it' : '';
    const reason = damage.reason.replace('SIZE', String(content.length));
    const said = `failed to read ${kind} "${path}": ${reason}${hint}`;
    const list = ['ps', '-a', '--no-trunc', '-f', `label=${label}`];
    if (!damage.isListed) t.deepEqual(await mini([...list, '-q']), failure(said, `${other.id}\n`));
    t.deepEqual(await mini([...list, '--format', '{{.ID}}']), failure(said, `${other.id}\n`));
    t.deepEqual(await mini(['inspect', id]), failure(said, '[]\n'));
    if (THOROUGH.has(damage.title)) await assertNamedByAll(t, name, said);
    t.true(pids.every(isAlive));
    t.deepEqual(await mini(['rm', '-f', name]), {
      exitCode: 0,
      stdout: `${name}\n`,
      stderr: '',
      signal: undefined,
    });
    t.false(pids.some(isAlive));
    await succeed(t, 'rm', '-f', other.id);
    t.deepEqual(await differenceSince(before), NOTHING);
  });
}

test('a name is free at once after its container was removed without its record', async (t) => {
  const { name, id } = await startDetached(t, 'sleep 100');
  writeFileSync(join(CONTAINERS, id, 'record.json'), '');
  await succeed(t, 'rm', '-f', name);
  const { stdout, exitCode } = await mini([
    'run',
    '--rm',
    '--name',
    name,
    '--rootfs',
    busyboxRoot(),
    'echo',
    'again',
  ]);
  t.deepEqual({ stdout, exitCode }, { stdout: 'again\n', exitCode: 0 });
});

test('a container that its client still holds, without its record', async (t) => {
  const before = takeSnapshot();
  const name = freshName();
  const running = mini(['run', '--rm', '--name', name, '--rootfs', busyboxRoot(), 'sleep', '100']);
  const id = await waitForId(name);
  const monitor = await waitForMember(id);
  rmSync(join(CONTAINERS, id, 'record.json'));
  await succeed(t, 'rm', '-f', name);
  t.false(isAlive(monitor));
  t.not((await running).exitCode, 0);
  t.deepEqual(await differenceSince(before), NOTHING);
});

async function waitForId(name: string): Promise<string> {
  return waitFor('the container', () =>
    readdirSync(CONTAINERS).find((id) => {
      try {
        return JSON.parse(readFileSync(join(CONTAINERS, id, 'record.json'), 'utf8')).name === name;
      } catch {
        return false;
      }
    }),
  );
}

async function waitForMember(id: string): Promise<number> {
  // The command itself, not a helper that is still setting it up.
  return waitFor('its command', () =>
    openCgroup(detectCgroupLayout(), `/mini/${id}`)
      ?.pids()
      .find((pid) => {
        try {
          return readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n';
        } catch {
          return false;
        }
      }),
  );
}

test('after another start of the machine nothing runs, and the record is still there', async (t) => {
  const { name, id } = await startDetached(t, 'sleep 100');
  const mark = join(CONTAINERS, id, 'boot');
  rmSync(mark);
  symlinkSync('01234567-89ab-cdef-0123-456789abcdef', mark);
  const show = ['ps', '-a', '--format', '{{.Status}}', '-f', `name=${name}`];
  t.is(await succeed(t, ...show), 'Exited (unknown)\n');
  t.is(await succeed(t, 'ps', '-q', '-f', `name=${name}`), '');
  t.is(await succeed(t, 'inspect', '-f', '{{.Name}} {{.State.Pid}}', name), `/${name} 0\n`);
  await succeed(t, 'rm', name);
  await succeed(t, 'ps', '-a');
});

test('another process that has the number of the container is not taken for it', async (t: ExecutionContext) => {
  const { name, id } = await startDetached(t, 'sleep 100');
  await succeed(t, 'kill', name);
  await succeed(t, 'wait', name);
  const path = join(CONTAINERS, id, 'status');
  const status = new BigInt64Array(new Uint8Array(readFileSync(path)).buffer);
  // It and its monitor have our number and a start time that we do not have; and nobody has seen the end.
  for (const word of [2, 4]) status[word] = BigInt(process.pid);
  for (const word of [3, 5]) status[word]! -= 1n;
  status[7] = 0n;
  writeFileSync(path, new Uint8Array(status.buffer));
  t.is(await succeed(t, 'ps', '-a', '--format', '{{.Status}}', '-f', `name=${name}`), 'Exited (unknown)\n');
  t.deepEqual(await mini(['kill', name]), failure(`failed to kill container "${name}": it is not running`));
  await succeed(t, 'rm', '-f', name);
  t.true(isAlive(process.pid));
});
