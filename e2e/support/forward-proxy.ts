import { request as ask, createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface ForwardProxy {
  readonly host: string;
  /** What it was asked for, as `METHOD address`. */
  readonly asked: string[];
  /** `Proxy-Authorization` of each request. */
  readonly users: (string | undefined)[];
}

/**
 * A proxy as companies have them: forwards what is asked for in full, and connects through to what is to be secured. It alone knows where
 * the hosts in `places` are; nothing else may be reached. Without `tunnels` it connects through to nobody.
 */
export async function startForwardProxy(
  t: ExecutionContext,
  places: Readonly<Record<string, string>>,
  { tunnels = true } = {},
): Promise<ForwardProxy> {
  const asked: string[] = [];
  const users: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    asked.push(`${method} ${url}`);
    const { 'proxy-authorization': user, ...rest } = headers;
    users.push(user);
    const place = URL.canParse(url) ? places[new URL(url).host] : undefined;
    if (place === undefined) return response.writeHead(403).end();
    const { pathname, search } = new URL(url);
    const [hostname, port] = place.split(':');
    const options = { hostname, port, method, path: pathname + search, headers: rest };
    const passed = ask(options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    return request.pipe(passed.on('error', () => response.destroy()));
  });
  server.on('connect', ({ url = '', headers }, socket) => {
    asked.push(`CONNECT ${url}`);
    users.push(headers['proxy-authorization']);
    socket.on('error', () => {});
    const place = tunnels ? places[url] : undefined;
    if (place === undefined) return socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    const [host, port] = place.split(':');
    const upstream = connect(Number(port), host, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      socket.pipe(upstream).pipe(socket);
    });
    return upstream.on('error', () => socket.destroy());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, users };
}
