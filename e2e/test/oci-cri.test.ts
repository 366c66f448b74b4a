import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { whyNoCompiler } from '../support/compile-program.js';
import { type CriDaemon, POD_ADDRESS, startCri } from '../support/cri/cri-daemon.js';
import { openCriStream } from '../support/cri/cri-stream.js';
import { runPod } from '../support/cri/pod.js';
import { whyNoProgram } from '../support/daemon.js';
import { readCgroupFile } from '../support/running.js';
import { testUnless } from '../support/skip.js';
import { waitFor, waitUntil } from '../support/wait.js';

const reason = whyNoProgram('containerd', 'ctr', 'ip', 'nsenter') ?? whyNoCompiler();
let cri: CriDaemon;

test.before(async () => {
  if (reason === undefined) cri = await startCri();
});

test.after.always(async () => {
  if (reason === undefined) await cri?.stop();
});

const criTest = (title: string, body: Parameters<typeof testUnless>[3]) =>
  testUnless(reason, 'oci.cri', `CRI: ${title}`, body);

criTest('a container from its creation to its removal, and its log', async (t) => {
  const pod = await runPod(cri);
  const container = await pod.create(
    ['sh', '-c', 'echo out; echo err >&2; exec sleep 1000'],
    {},
    { log_path: 'box' },
  );
  t.is((await container.status()).state, 'CONTAINER_CREATED');
  const container_id = container.id;
  await cri.client.runtime('StartContainer', { container_id });
  t.is((await container.status()).state, 'CONTAINER_RUNNING');
  t.deepEqual(await container.exec('sh', '-c', 'echo in; echo bad >&2; exit 3'), {
    exitCode: 3,
    stdout: 'in\n',
    stderr: 'bad\n',
  });
  const log = () => readFileSync(join(cri.logs, 'box'), 'utf8');
  await waitFor('the log', () => log().includes('err') && log().includes('out'));
  t.regex(log(), /^\d{4}-\d\d-\d\dT\S+ stdout F out$/m);
  t.regex(log(), /^\d{4}-\d\d-\d\dT\S+ stderr F err$/m);
  await cri.client.runtime('StopContainer', { container_id, timeout: 0 });
  t.like(await container.status(), { state: 'CONTAINER_EXITED', exit_code: 137 });
  await cri.client.runtime('RemoveContainer', { container_id });
  await t.throwsAsync(container.status(), { message: /not found/ });
  await pod.remove();
});

criTest('a container that is told to stop in time ends by itself', async (t) => {
  const pod = await runPod(cri);
  const script = 'trap "exit 9" TERM; touch /ready; while :; do sleep 0.05; done';
  const container = await pod.run(['sh', '-c', script]);
  await waitUntil('the trap', async () => (await container.exec('test', '-e', '/ready')).exitCode === 0);
  await cri.client.runtime('StopContainer', { container_id: container.id, timeout: 20 });
  t.like(await container.status(), { state: 'CONTAINER_EXITED', exit_code: 9 });
  await pod.remove();
});

criTest('exit codes, and what cannot be run', async (t) => {
  const pod = await runPod(cri);
  t.is(await (await pod.run(['sh', '-c', 'exit 7'])).ended(), 7);
  const missing = await pod.create(['nope']);
  await t.throwsAsync(cri.client.runtime('StartContainer', { container_id: missing.id }), {
    message: /exec: "nope": executable file not found in \$PATH/,
  });
  t.like(await missing.status(), { state: 'CONTAINER_EXITED', reason: 'StartError', exit_code: 128 });
  const running = await pod.run(['sleep', '1000']);
  await t.throwsAsync(running.exec('nope'), { message: /exec: "nope": executable file not found in \$PATH/ });
  await pod.remove();
});

criTest('limits, their change, and what is counted', async (t) => {
  const pod = await runPod(cri);
  const resources = {
    memory_limit_in_bytes: 64 << 20,
    cpu_quota: 50_000,
    cpu_period: 100_000,
    cpu_shares: 512,
  };
  const container = await pod.run(['sleep', '1000'], { resources });
  const { container_id } = { container_id: container.id };
  const pid = Number(JSON.parse((await verboseInfo(container_id)) ?? '{}').pid);
  const limits = () => [
    readCgroupFile(pid, 'memory', 'memory.limit_in_bytes') ?? readCgroupFile(pid, 'memory', 'memory.max'),
    (readCgroupFile(pid, 'cpu', 'cpu.cfs_quota_us') ?? readCgroupFile(pid, 'cpu', 'cpu.max'))?.split(' ')[0],
  ];
  t.deepEqual(limits(), [String(64 << 20), '50000']);
  const linux = { memory_limit_in_bytes: 48 << 20, cpu_quota: 30_000, cpu_period: 100_000 };
  await cri.client.runtime('UpdateContainerResources', { container_id, linux });
  t.deepEqual(limits(), [String(48 << 20), '30000']);
  const { stats } = await cri.client.runtime<{
    stats: {
      cpu: { usage_core_nano_seconds: { value: number } };
      memory: { working_set_bytes: { value: number } };
    };
  }>('ContainerStats', { container_id });
  t.true(stats.cpu.usage_core_nano_seconds.value > 0);
  t.true(stats.memory.working_set_bytes.value > 0);
  await pod.remove();
});

async function verboseInfo(container_id: string): Promise<string | undefined> {
  const { info } = await cri.client.runtime<{ info: Record<string, string> }>('ContainerStatus', {
    container_id,
    verbose: true,
  });
  return info.info;
}

criTest('streams of exec, with and without a terminal, and of attach', async (t) => {
  const pod = await runPod(cri);
  const container = await pod.run(
    ['sh', '-c', 'read word; echo "got $word"; read word; exit 6'],
    {},
    { stdin: true, tty: true },
  );
  const request = { container_id: container.id, stdin: true, stdout: true };
  const cmd = ['sh', '-c', 'tty; read word; stty size; echo "got $word"; exit 5'];
  const typed = await stream('Exec', { ...request, cmd, tty: true });
  typed.resize(77, 33);
  await waitFor('the terminal', () => typed.shown().includes('/dev/pts/'));
  typed.type('word\n');
  const { details } = await typed.ended;
  t.is(details?.causes?.[0]?.message, '5');
  t.regex(typed.shown(), /^\/dev\/pts\/\d\nword\n33 77\ngot word\n$/);
  const plain = await stream('Exec', {
    ...request,
    stdin: false,
    stderr: true,
    cmd: ['sh', '-c', 'echo a; exit 0'],
  });
  t.is((await plain.ended).status, 'Success');
  t.is(plain.shown(), 'a\n');
  const attached = await stream('Attach', { ...request, tty: true });
  attached.type('more\n');
  await waitFor('an answer', () => attached.shown().includes('got more'));
  attached.type('end\n');
  t.is(await container.ended(), 6);
  await pod.remove();
});

async function stream(method: string, request: object) {
  return openCriStream((await cri.client.runtime<{ url: string }>(method, request)).url);
}

criTest('a pod with a network of its own, that its containers join', async (t) => {
  const pod = await runPod(cri, { network: 'POD', pid: 'CONTAINER' });
  const { status } = await cri.client.runtime<{ status: { state: string; network: { ip: string } } }>(
    'PodSandboxStatus',
    { pod_sandbox_id: pod.id },
  );
  t.is(status.network.ip, POD_ADDRESS);
  const [one, two] = [await pod.run(['sleep', '1000']), await pod.run(['sleep', '1000'])];
  const address = async (container: typeof one) =>
    (await container.exec('ip', 'addr', 'show', 'eth0')).stdout;
  t.regex(await address(one), new RegExp(`inet ${POD_ADDRESS}/24`));
  t.is(await address(one), await address(two));
  t.is((await one.exec('hostname')).stdout, 'a-pod\n');
  await pod.remove();
});
