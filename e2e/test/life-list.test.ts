import test from 'ava';
import { failure, freshName, startDetached, succeed } from '../support/detached.js';
import { mini } from '../support/mini.js';
import { childrenOf, readStatus } from '../support/processes.js';
import { waitFor } from '../support/wait.js';

test('ps shows what runs, -a everything, -q ids, -l the newest', async (t) => {
  const running = await startDetached(t, 'sleep 100', ['-l', 'e2e=list']);
  const ended = await startDetached(t, 'exit 4', ['-l', 'e2e=list']);
  await succeed(t, 'wait', ended.name);
  const filter = ['-f', 'label=e2e=list'];
  const [heading = '', line = ''] = (await succeed(t, 'ps', ...filter)).split('\n');
  t.deepEqual(heading.split(/\s{2,}/), [
    'CONTAINER ID',
    'IMAGE',
    'COMMAND',
    'CREATED',
    'STATUS',
    'PORTS',
    'NAMES',
  ]);
  t.regex(
    line,
    new RegExp(`^${running.id.slice(0, 12)} .*"sh -c sleep 100\\" .* ago +Up .* ${running.name}$`),
  );
  t.is(await succeed(t, 'ps', '-q', ...filter), `${running.id.slice(0, 12)}\n`);
  t.is(await succeed(t, 'ps', '-aq', '--no-trunc', ...filter), `${ended.id}\n${running.id}\n`);
  t.is(
    await succeed(t, 'container', 'ls', '-a', '-n', '1', '--format', '{{.ID}}', ...filter),
    `${ended.id.slice(0, 12)}\n`,
  );
  t.is(await succeed(t, 'ps', '-l', '-q', '--no-trunc', ...filter), `${ended.id}\n`);
  t.is(await succeed(t, 'ps', '-q', '--no-trunc', '-f', 'exited=4', ...filter), `${ended.id}\n`);
  const rows = (await succeed(t, 'ps', '-a', '--format', 'json', ...filter)).trim().split('\n');
  t.deepEqual(
    rows.map((row) => JSON.parse(row).Names),
    [ended.name, running.name],
  );
  t.is(
    await succeed(t, 'ps', '-s', '--format', 'table {{.Names}}\\t{{.Size}}', ...filter),
    `${'NAMES'.padEnd(Math.max(10, running.name.length + 3))}SIZE\n${running.name}   0B\n`,
  );
});

test('ps refuses what it does not know', async (t) => {
  t.deepEqual(
    await mini(['ps', '-f', 'colour=red']),
    failure('failed to filter by "colour=red": there is no filter "colour"'),
  );
  t.deepEqual(
    await mini(['ps', '-f', 'colour']),
    failure('failed to parse --filter "colour": it does not have the form KEY=VALUE'),
  );
  t.deepEqual(
    await mini(['ps', '--format', '{{.Nope}}']),
    failure('failed to parse --format "{{.Nope}}": there is no field "Nope"'),
  );
  t.deepEqual(
    await mini(['ps', 'web']),
    failure(
      'failed to run mini ps: "web" is one operand too many\nhint: mini ps --help shows how it is used',
    ),
  );
});

test('ps --tree and top show processes with their pids outside and inside', async (t) => {
  const { name } = await startDetached(t, 'sleep 71 & (sleep 72; true) & sleep 73; true');
  const pid = Number(await succeed(t, 'inspect', '-f', '{{.State.Pid}}', name));
  const isSleep = (child: number) => readStatus(child).Name === 'sleep';
  const shell = await waitFor('the subshell, and three that sleep', () => {
    const children = childrenOf(pid);
    const parent = children.find((child) => childrenOf(child).some(isSleep));
    return children.filter(isSleep).length === 2 ? parent : undefined;
  });
  const [one, other] = childrenOf(pid).filter((child) => child !== shell);
  const { stdout } = await mini(['ps', '--tree', '-f', `name=${name}`], { env: { LC_ALL: 'C' } });
  const label = (program: string, host: number) => `${program}(${host}/${containerPidOf(host)})`;
  const indent = ' '.repeat(`sh(${pid}/1)`.length + 1);
  t.deepEqual(stdout.split('\n').slice(1), [
    `sh(${pid}/1)-+-${label('sh', shell)}---${label('sleep', childrenOf(shell)[0]!)}`,
    `${indent}|-${label('sleep', one!)}`,
    `${indent}\`-${label('sleep', other!)}`,
    '',
  ]);
  t.regex(stdout, new RegExp(`^${name} [0-9a-f]{12}\n`));

  const top = (await succeed(t, 'top', name)).trim().split('\n');
  t.regex(top[0]!, /^UID +PID +PPID +C +STIME +TTY +TIME +CMD$/);
  t.is(top.length, 6);
  const columns = (await succeed(t, 'top', name, '-o', 'pid,cpid,comm')).trim().split('\n');
  t.regex(columns[1]!, new RegExp(`^${pid} +1 +sh$`));
});

function containerPidOf(pid: number): string | undefined {
  return readStatus(pid).NSpid?.split(/\s+/).at(-1);
}

test('inspect: an array with four spaces, compact as json, a template, and what is missing', async (t) => {
  const { name, id } = await startDetached(t, 'sleep 100', [
    '-l',
    'a=b',
    '-m',
    '64m',
    '-e',
    'X=1',
    '-w',
    '/tmp',
  ]);
  const text = await succeed(t, 'inspect', name);
  t.true(text.startsWith('[\n    {\n        "Id": '));
  const [inspection] = JSON.parse(text);
  t.like(inspection, { Id: id, Name: `/${name}`, Path: 'sh', Args: ['-c', 'sleep 100'] });
  t.like(inspection.State, { Status: 'running', Running: true, ExitCode: 0 });
  t.like(inspection.Config, { Labels: { a: 'b' }, WorkingDir: '/tmp' });
  t.is(inspection.HostConfig.Memory, 64 * 1024 ** 2);
  t.is((await succeed(t, 'inspect', '--format', 'json', name)).split('\n').length, 2);
  t.is(
    await succeed(t, 'inspect', '-f', '{{.Id}} {{index .Config.Labels "a"}}', id.slice(0, 8)),
    `${id} b\n`,
  );
  t.deepEqual(
    await mini(['inspect', 'e2e-gone']),
    failure('failed to find "e2e-gone": no such object', '[]\n'),
  );
  t.deepEqual(
    await mini(['container', 'inspect', '-f', '{{.Name}}', 'e2e-gone', name]),
    failure('failed to find container "e2e-gone": no such container', `/${name}\n`),
  );
});

test('update changes limits at once, and what inspect tells', async (t) => {
  const { name } = await startDetached(t, 'sleep 100', ['-m', '64m']);
  t.is(
    await succeed(
      t,
      'update',
      '-m',
      '96m',
      '--memory-swap',
      '128m',
      '--cpus',
      '0.5',
      '--pids-limit',
      '9',
      name,
    ),
    `${name}\n`,
  );
  const format =
    '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}';
  t.is(await succeed(t, 'inspect', '-f', format, name), `${96 * 1024 ** 2} ${128 * 1024 ** 2} 500000000 9\n`);
  const used = JSON.parse(await succeed(t, 'stats', '--no-stream', '--format', 'json', name));
  t.is(used.Name, name);
  t.regex(used.MemUsage, / \/ 96MiB$/);
  t.regex(used.CPUPerc, /^\d+\.\d\d%$/);
  t.deepEqual(
    await mini(['update', name]),
    failure(
      'failed to run mini update: there is nothing to change\nhint: mini update --help shows what can be',
    ),
  );
  t.deepEqual(
    await mini(['update', '-m', '1x', name]),
    failure(
      'failed to parse -m "1x": a size is a number and a unit b, k, m or g\nhint: write it like 64m or 1.5g',
    ),
  );
});

test('stats is a table', async (t) => {
  const { name, id } = await startDetached(t, 'sleep 100');
  const [heading = '', line = ''] = (await succeed(t, 'stats', '--no-stream', name)).split('\n');
  t.deepEqual(heading.split(/\s{2,}/), [
    'CONTAINER ID',
    'NAME',
    'CPU %',
    'MEM USAGE / LIMIT',
    'MEM %',
    'NET I/O',
    'BLOCK I/O',
    'PIDS',
  ]);
  t.regex(line, new RegExp(`^${id.slice(0, 12)} +${name} .* 0B / 0B .* [12]$`));
});

test('prune removes what does not run, when it is told to', async (t) => {
  const label = freshName();
  const ended = await startDetached(t, 'true', ['-l', label]);
  const running = await startDetached(t, 'sleep 100', ['-l', label]);
  await succeed(t, 'wait', ended.name);
  const prune = ['container', 'prune', '--filter', `label=${label}`];
  const asked = await mini(prune, { input: 'n\n' });
  t.deepEqual(asked, {
    exitCode: 0,
    stdout: '',
    stderr: 'WARNING! This will remove all stopped containers.\nAre you sure you want to continue? [y/N] ',
    signal: undefined,
  });
  const nobody = await mini(prune);
  t.is(nobody.stderr, `${asked.stderr}\n`);
  const done = await mini(prune, { input: 'y\n' });
  t.regex(
    done.stdout,
    new RegExp(`^Deleted Containers:\n${ended.id}\n\nTotal reclaimed space: [\\d.]+k?B\n$`),
  );
  t.is(await succeed(t, ...prune, '-f'), 'Total reclaimed space: 0B\n');
  t.is(await succeed(t, 'ps', '-aq', '--no-trunc', '-f', `label=${label}`), `${running.id}\n`);
});

test('info and version', async (t) => {
  const info = JSON.parse(await succeed(t, 'system', 'info', '--format', 'json'));
  t.is(typeof info.ContainersRunning, 'number');
  t.is(await succeed(t, 'info', '-f', '{{.OSType}}'), 'linux\n');
  t.is(await succeed(t, 'version', '--format', '{{.Client.Version}}'), await succeed(t, '--version'));
  t.regex(await succeed(t, 'version'), /^Version: +\d+\.\d+\.\d+\n/);
});

test('groups of commands', async (t) => {
  t.deepEqual(
    await mini(['container', 'sl']),
    failure('failed to find the command "container sl": there is no such command\nhint: did you mean "ls"?'),
  );
  const { exitCode, stderr } = await mini(['container']);
  t.is(exitCode, 1);
  t.regex(stderr, /^failed to run mini container: the command \(.*\bls\b.*\) is missing\n/);
});
