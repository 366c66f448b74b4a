import { randomUUID } from 'node:crypto';
import { waitUntil } from '../wait.js';
import { BOX_IMAGE, type CriDaemon } from './cri-daemon.js';

/** What a command in a container has said. */
export interface CriAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CriContainer {
  readonly id: string;
  exec(...cmd: string[]): Promise<CriAnswer>;
  status(): Promise<{ state: string; exit_code: number; reason: string; message: string }>;
  /** Waits until its process has ended; returns its exit code. */
  ended(): Promise<number>;
}

/** A pod, and the containers in it. */
export interface Pod {
  readonly id: string;
  /** Creates a container; `linux` are the members of its LinuxContainerConfig, `more` those of its ContainerConfig. */
  create(command: readonly string[], linux?: object, more?: object): Promise<CriContainer>;
  /** The same, and starts it. */
  run(command: readonly string[], linux?: object, more?: object): Promise<CriContainer>;
  remove(): Promise<void>;
}

/** Modes of NamespaceOption. */
export interface PodNamespaces {
  readonly network: 'POD' | 'NODE';
  readonly pid: 'POD' | 'CONTAINER' | 'NODE';
}

/** Runs a pod; `namespaces` and `security` are members of its NamespaceOption and LinuxSandboxSecurityContext. */
export async function runPod(
  { client, logs }: CriDaemon,
  namespaces: PodNamespaces = { network: 'NODE', pid: 'CONTAINER' },
  security: object = {},
): Promise<Pod> {
  const name = randomUUID();
  const { network } = namespaces;
  const config = {
    metadata: { name, uid: name, namespace: 'e2e', attempt: 0 },
    // Without a network of its own it has the machine's name.
    hostname: network === 'NODE' ? '' : 'a-pod',
    log_directory: logs,
    linux: { security_context: { namespace_options: namespaces, ...security } },
  };
  const { pod_sandbox_id: id } = await client.runtime<{ pod_sandbox_id: string }>('RunPodSandbox', {
    config,
  });
  const create: Pod['create'] = async (command, linux = {}, more = {}) => {
    const { security_context = {}, ...resources } = linux as Record<string, object>;
    const { container_id } = await client.runtime<{ container_id: string }>('CreateContainer', {
      pod_sandbox_id: id,
      sandbox_config: config,
      config: {
        metadata: { name: randomUUID(), attempt: 0 },
        image: { image: BOX_IMAGE },
        command,
        ...more,
        linux: { ...resources, security_context: { namespace_options: namespaces, ...security_context } },
      },
    });
    return asContainer(client, container_id);
  };
  return {
    id,
    create,
    async run(...words) {
      const container = await create(...words);
      await client.runtime('StartContainer', { container_id: container.id });
      return container;
    },
    async remove() {
      await client.runtime('StopPodSandbox', { pod_sandbox_id: id });
      await client.runtime('RemovePodSandbox', { pod_sandbox_id: id });
    },
  };
}

function asContainer(client: CriDaemon['client'], id: string): CriContainer {
  const status: CriContainer['status'] = async () =>
    (await client.runtime<{ status: never }>('ContainerStatus', { container_id: id })).status;
  return {
    id,
    status,
    async exec(...cmd) {
      const answer = await client.runtime<{ stdout: Buffer; stderr: Buffer; exit_code: number }>('ExecSync', {
        container_id: id,
        cmd,
      });
      return { exitCode: answer.exit_code, stdout: String(answer.stdout), stderr: String(answer.stderr) };
    },
    async ended() {
      await waitUntil('the end of a container', async () => (await status()).state === 'CONTAINER_EXITED');
      return (await status()).exit_code;
    },
  };
}
