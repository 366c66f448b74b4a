import test from 'ava';
import { describeInspection } from '../../../src/engine/life/inspect.js';
import { sampleContainer, sampleListed, sampleRun } from './sample-container.js';

test('what docker tells of a running container', (t) => {
  const { Spec, HostConfig, Config, ...rest } = describeInspection(sampleListed());
  t.deepEqual(Spec, sampleContainer().record.spec);
  t.like(rest, {
    Id: 'ab'.repeat(32),
    Created: '1970-01-01T00:00:04.000Z',
    Path: 'sleep',
    Args: ['100'],
    Image: 'host',
    Name: '/web',
    Driver: 'overlay',
    HostsPath: `/var/lib/mini/containers/${'ab'.repeat(32)}/hosts`,
    LogPath: `/var/lib/mini/containers/${'ab'.repeat(32)}/log`,
    ResolvConfPath: '',
  });
  t.deepEqual(rest.State, {
    Status: 'running',
    Running: true,
    Paused: false,
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: 42,
    ExitCode: 0,
    Error: '',
    StartedAt: '1970-01-01T00:00:05.000Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    ConmonPid: 41,
  });
  t.deepEqual(rest.Mounts, [
    {
      Type: 'bind',
      Source: '/srv/data',
      Destination: '/data',
      Mode: 'ro',
      RW: false,
      Propagation: 'rprivate',
    },
    { Type: 'tmpfs', Source: '', Destination: '/tmp', Mode: 'size=1m', RW: true, Propagation: '' },
  ]);
  t.like(HostConfig, {
    Binds: ['/srv/data:/data:ro'],
    NetworkMode: 'none',
    PidMode: '',
    IpcMode: 'host',
    LogConfig: { Type: 'local', Config: { 'max-file': '3', 'max-size': '10000000' } },
    Memory: 1024,
    MemorySwap: 2048,
    NanoCpus: 500_000_000,
    PidsLimit: 7,
    SecurityOpt: ['no-new-privileges'],
  });
  t.like(Config, {
    User: '',
    Env: ['A=1'],
    Cmd: ['sleep', '100'],
    StopSignal: 'SIGTERM',
    Hostname: 'box',
  });
  t.is(JSON.stringify(Config.Labels), '{"app":"web","empty":""}');
});

test('an end is told with its code; one that nobody saw is never 0', (t) => {
  const exit = { exitCode: 137, signal: 'SIGKILL' as const, oomKilled: true, endedMs: 6_000 };
  const ended = sampleListed({ state: { status: 'exited', ...sampleRun, startedMs: 5_000, exit } });
  t.like(describeInspection(ended).State, {
    Status: 'exited',
    Running: false,
    OOMKilled: true,
    Pid: 0,
    ExitCode: 137,
    FinishedAt: '1970-01-01T00:00:06.000Z',
  });
  const lost = sampleListed({ state: { status: 'exited', ...sampleRun, startedMs: 5_000 } });
  t.like(describeInspection(lost).State, { ExitCode: -1, Error: 'nobody saw how it ended' });
});

test('a paused container runs', (t) => {
  t.like(describeInspection(sampleListed({}, 'paused')).State, {
    Status: 'paused',
    Running: true,
    Paused: true,
  });
});

test('without a log there is no path of it', (t) => {
  const { record } = sampleContainer();
  const inspection = describeInspection(sampleListed({ record: { ...record, log: null } }));
  t.is(inspection.LogPath, '');
  t.deepEqual(inspection.HostConfig.LogConfig, { Type: 'none', Config: {} });
});
