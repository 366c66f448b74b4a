import { WebSocket } from 'undici';
import { waitFor } from '../wait.js';

/** Kubernetes' remote command protocol: each message begins with the number of its stream. */
const PROTOCOL = 'v4.channel.k8s.io';
const STREAM = { stdin: 0, stdout: 1, stderr: 2, status: 3, resize: 4 } as const;

/** A command that was entered, or a container that was attached to. */
export interface CriStream {
  /** What has come of stdout and stderr. */
  shown(): string;
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** What the runtime says of its end; of an exit code other than 0 too. */
  readonly ended: Promise<{ status?: string; details?: { causes?: { message: string }[] } }>;
}

/** Opens the address that `Exec` or `Attach` has answered with. */
export async function openCriStream(url: string): Promise<CriStream> {
  const socket = new WebSocket(url.replace(/^http/, 'ws'), [PROTOCOL]);
  socket.binaryType = 'arraybuffer';
  let shown = '';
  let status = '{}';
  let isOpen = false;
  socket.addEventListener('open', () => {
    isOpen = true;
  });
  socket.addEventListener('message', ({ data }: { data: ArrayBuffer }) => {
    const bytes = Buffer.from(data);
    const text = bytes.subarray(1).toString();
    if (bytes[0] === STREAM.status) status = text;
    else shown += text;
  });
  const ended = new Promise<never>((resolve) =>
    socket.addEventListener('close', () => resolve(JSON.parse(status) as never)),
  );
  const send = (stream: number, text: string) =>
    socket.send(Buffer.concat([Buffer.from([stream]), Buffer.from(text)]));
  await waitFor('the stream', () => isOpen);
  return {
    shown: () => shown.replaceAll('\r', ''),
    type: (text) => send(STREAM.stdin, text),
    resize: (Width, Height) => send(STREAM.resize, JSON.stringify({ Width, Height })),
    ended,
  };
}
