import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A request as a fault sees it. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the registry answers; asked when it is wanted. */
  answer(): Promise<{
    readonly status: number;
    readonly headers: IncomingMessage['headers'];
    readonly body: Buffer;
  }>;
}

/** Answers in the registry's place; `true` when it did. */
export type Fault = (exchange: Exchange) => boolean | Promise<boolean>;

export interface FaultProxy {
  readonly host: string;
  /** The first that answers, does. */
  readonly faults: Fault[];
  /** `Range` of each request for a blob, or that there was none. */
  readonly ranges: (string | undefined)[];
}

/** Stands before a registry and spoils what passes. */
export async function startFaultProxy(t: ExecutionContext, upstream: string): Promise<FaultProxy> {
  const faults: Fault[] = [];
  const ranges: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    if (isBlob(request) && request.method === 'GET') ranges.push(request.headers.range);
    const exchange = { request, response, answer: () => ask(upstream, request) };
    for (const fault of faults) if (await fault(exchange)) return;
    const { status, headers, body } = await exchange.answer();
    response.writeHead(status, headers);
    response.end(body);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, faults, ranges };
}

export function isBlob({ url = '' }: IncomingMessage): boolean {
  return url.includes('/blobs/sha256:');
}

export function isManifest({ url = '' }: IncomingMessage): boolean {
  return url.includes('/manifests/');
}

/** The registry sees the name that the client used, so that what it names leads through here again. */
function ask(upstream: string, { method, url, headers }: IncomingMessage): ReturnType<Exchange['answer']> {
  const [hostname, port] = upstream.split(':');
  return new Promise((resolve, reject) => {
    const passed = request({ hostname, port, method, path: url, headers }, async (answer) => {
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
    });
    passed.once('error', reject);
    passed.end();
  });
}
