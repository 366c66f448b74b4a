import { createServer, type Socket } from 'node:net';
import {
  decodeMessage,
  HEADER_BYTES,
  MESSAGE,
  measureMessage,
} from '../../../src/oci/systemd/bus-message.js';
import type { BusValue } from '../../../src/oci/systemd/bus-value.js';
import { BusWriter } from '../../../src/oci/systemd/bus-writer.js';

/**
 * `fake-manager SOCKET WAY`: one connection to a manager that accepts a job, which has ended before the answer to its call
 * comes; `refusing` answers with an error, `strange` knows nobody, `silent` closes when it is called. Prints a line when it
 * listens. The client blocks, so this is a process of its own.
 */
const [path, way] = process.argv.slice(2);

function encode(type: number, fields: BusValue[], signature: string, values: BusValue[]): Buffer {
  const body = new BusWriter();
  body.putAll(signature, values);
  const header = new BusWriter();
  header.putAll('yyyyuu', ['l'.charCodeAt(0), type, 0, 1, body.bytes.length, 1]);
  header.put('a(yv)', [...fields, [8, { signature: 'g', value: signature }]]);
  header.align(8);
  return Buffer.concat([header.bytes, body.bytes]);
}

function answer(socket: Socket): void {
  const replyTo: BusValue = [5, { signature: 'u', value: 1 }];
  if (way === 'silent') socket.end();
  else if (way === 'refusing') {
    const name: BusValue = [4, { signature: 's', value: 'org.example.No' }];
    socket.write(encode(MESSAGE.error, [replyTo, name], 's', ['It is not to be.']));
  } else {
    const member = (text: string): BusValue => [3, { signature: 's', value: text }];
    const messages = Buffer.concat([
      encode(MESSAGE.signal, [member('JobNew')], 'uos', [7, '/job/7', 'x.scope']),
      encode(MESSAGE.signal, [member('JobRemoved')], 'uoss', [7, '/job/7', 'x.scope', 'failed']),
      encode(MESSAGE.reply, [replyTo], 'o', ['/job/7']),
    ]);
    // In pieces that end where no message does.
    for (let start = 0; start < messages.length; start += 13)
      socket.write(messages.subarray(start, start + 13));
  }
}

const server = createServer((socket) => {
  let received = Buffer.alloc(0);
  let isKnown = false;
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes as Buffer]);
    if (!isKnown && received.includes('\r\n')) {
      isKnown = true;
      socket.write(way === 'strange' ? 'REJECTED EXTERNAL\r\n' : 'OK 0123456789abcdef\r\n');
    }
    const begin = received.indexOf('BEGIN\r\n');
    const call = begin < 0 ? Buffer.alloc(0) : received.subarray(begin + 'BEGIN\r\n'.length);
    if (call.length < HEADER_BYTES || call.length < measureMessage(call)) return;
    const { member, readValues } = decodeMessage(call);
    console.log(`${member} ${readValues().join()}`);
    received = Buffer.alloc(0);
    answer(socket);
  });
  socket.on('close', () => server.close());
});
server.listen(path, () => console.log('listening'));
