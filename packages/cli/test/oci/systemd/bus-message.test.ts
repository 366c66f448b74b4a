import test from 'ava';
import {
  decodeMessage,
  encodeCall,
  HEADER_BYTES,
  MESSAGE,
  measureMessage,
} from '../../../src/oci/systemd/bus-message.js';
import { BusReader } from '../../../src/oci/systemd/bus-reader.js';
import { type BusValue, splitSignature } from '../../../src/oci/systemd/bus-value.js';
import { BusWriter } from '../../../src/oci/systemd/bus-writer.js';

const write = (signature: string, ...values: BusValue[]) => {
  const writer = new BusWriter();
  writer.putAll(signature, values);
  return writer.bytes;
};

test('a signature is split into whole types', (t) => {
  t.deepEqual(splitSignature('sa(sv)a(sa(sv))uay'), ['s', 'a(sv)', 'a(sa(sv))', 'u', 'ay']);
  t.deepEqual(splitSignature(''), []);
});

test('values are aligned as the specification says', (t) => {
  t.is(write('yu', 1, 2).toString('hex'), '0100000002000000');
  t.is(write('s', 'ab').toString('hex'), '02000000616200');
  t.is(write('g', 'ab').toString('hex'), '02616200');
  t.is(write('b', true).toString('hex'), '01000000');
  // The padding before the first element is not of the length.
  t.is(write('at', [1n]).toString('hex'), '08000000' + '00000000' + '0100000000000000');
  t.is(write('at', []).toString('hex'), '00000000' + '00000000');
  t.is(
    write('v', { signature: 't', value: 5n }).toString('hex'),
    '017400' + '0000000000' + '0500000000000000',
  );
  t.is(write('i', -1).toString('hex'), 'ffffffff');
  t.is(write('x', -1n).toString('hex'), 'ffffffffffffffff');
});

test('what is written is read again', (t) => {
  const signature = 'ybiuxtsgovasaya(sv)(su)';
  const values: BusValue[] = [
    ...[255, true, -5, 4_294_967_295, -(2n ** 63n), 2n ** 64n - 1n, 'text ü', 'a(sv)', '/a/b'],
    { signature: 'as', value: ['x', 'yz'] },
    ['', 'one', 'two'],
    [1, 2, 3],
    [
      ['Name', { signature: 'au', value: [7] }],
      ['Other', { signature: 's', value: 'word' }],
    ],
    ['s', 9],
  ];
  t.deepEqual(new BusReader(write(signature, ...values)).takeAll(signature), values);
  t.throws(() => new BusReader(write('s', 'word').subarray(0, 6)).take('s'), {
    instanceOf: RangeError,
    message: 'the message ends too early',
  });
});

test('a call is a header with its fields and a body', (t) => {
  const call = { path: '/o', interface: 'i.f', member: 'M', signature: 's', values: ['x'] };
  const bytes = encodeCall(7, call);
  t.is(bytes.subarray(0, 4).toString('hex'), '6c010001');
  t.is(measureMessage(bytes.subarray(0, HEADER_BYTES)), bytes.length);
  const message = decodeMessage(bytes);
  t.like(message, { type: MESSAGE.call, member: 'M', replyTo: undefined, errorName: undefined });
  t.deepEqual(message.readValues(), ['x']);
  t.deepEqual(decodeMessage(encodeCall(8, { ...call, signature: '', values: [] })).readValues(), []);
});

test('what is no message is refused', (t) => {
  const error = { message: 'it is no message of D-Bus with its little end first' };
  t.throws(() => measureMessage(Buffer.from('HTTP/1.1 400 Bad Request')), error);
  const bigEnd = encodeCall(1, { path: '/', interface: 'i.f', member: 'M', signature: '', values: [] });
  bigEnd[0] = 'B'.charCodeAt(0);
  t.throws(() => measureMessage(bigEnd), error);
});
