import test from 'ava';
import {
  decodeMessages,
  encodeLink,
  encodeMessage,
  encodeName,
  encodeNumber,
  FLAG,
  LINK,
  ROUTE,
  readAddress,
  readLinkIndex,
} from '../../../src/oci/net-devices/route-message.js';

/** A message of the kernel, as `encodeMessage` makes ours. */
const reply = (type: number, body: Uint8Array) => encodeMessage(type, 0, body);

test('a link is a header, the interface and its padded attributes', (t) => {
  const bytes = encodeMessage(ROUTE.setLink, FLAG.acknowledge, encodeLink(7, [encodeName('eth0')], true));
  t.is(
    bytes.toString('hex'),
    '2c000000' +
      '1300' +
      '0500' +
      '00000000' +
      '00000000' +
      '00000000' +
      '07000000' +
      '01000000' +
      '01000000' +
      '0900' +
      '0300' +
      '6574683000000000',
  );
  t.is(readLinkIndex(bytes.subarray(16)), 7);
  t.is(
    encodeLink(0, [encodeNumber(LINK.namespaceFd, 5)])
      .subarray(16)
      .toString('hex'),
    '08001c0005000000',
  );
});

test('messages that come together are told apart, with their end', (t) => {
  const error = Buffer.alloc(20);
  error.writeInt32LE(-19);
  const bytes = Buffer.concat([
    reply(ROUTE.newLink, encodeLink(1, [encodeName('lo')])),
    reply(ROUTE.newLink, encodeLink(2, [])),
    reply(3, Buffer.alloc(4)),
    reply(2, error),
  ]);
  t.deepEqual(
    decodeMessages(bytes).map(({ type, isLast, error: errno }) => [type, isLast, errno]),
    [
      [16, false, 0],
      [16, false, 0],
      [3, true, 0],
      [2, true, 19],
    ],
  );
  t.deepEqual(decodeMessages(Buffer.alloc(0)), []);
  t.is(decodeMessages(Buffer.alloc(16)).length, 1);
});

test('an address goes to another index with all but its label', (t) => {
  const head = Buffer.from([2, 24, 0x80, 0, 7, 0, 0, 0]);
  const local = Buffer.from('0800' + '0200' + '0a090807', 'hex');
  const label = Buffer.from('0900' + '0300' + '6574683000000000', 'hex');
  const flags = Buffer.from('0800' + '0800' + '80020000', 'hex');
  const address = readAddress(Buffer.concat([head, local, label, flags]));
  t.like(address, { index: 7, scope: 0, flags: 0x280 });
  t.is(
    address.moveTo(3).toString('hex'),
    Buffer.concat([Buffer.from([2, 24, 0x80, 0, 3, 0, 0, 0]), local, flags]).toString('hex'),
  );
  t.is(readAddress(head).flags, 0x80);
});
