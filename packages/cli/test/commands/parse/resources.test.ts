import { statSync } from 'node:fs';
import test from 'ava';
import { splitDeviceNumber } from '../../../src/commands/parse/device-number.js';
import {
  parseBytesRate,
  parseCpus,
  parseCpuset,
  parseOperationsRate,
} from '../../../src/commands/parse/resources.js';
import { fakeContext } from '../fake-context.js';

test('cpus become quota and period', (t) => {
  t.deepEqual(parseCpus('0.5'), { quota: 50_000, period: 100_000 });
  t.deepEqual(parseCpus('.01'), { quota: 1_000, period: 100_000 });
  t.deepEqual(parseCpus('2'), { quota: 200_000, period: 100_000 });
  t.deepEqual(parseCpus('1.234567'), { quota: 123_457, period: 100_000 });
  t.deepEqual(parseCpus('0'), {});
  for (const text of ['', '-1', '0.001', 'x', '1e1', '1,5', '100001']) {
    t.throws(() => parseCpus(text), { message: 'a number of CPUs, 0.01 or more, is needed' });
  }
});

test('cpusets are lists of numbers and ranges', (t) => {
  for (const text of ['0', '0-3', '0-3,8', '1,2,3', '2-2']) t.is(parseCpuset(text), text);
  const bad: readonly [string, string][] = [
    ['', ''],
    ['3-1', '3-1'],
    ['0,', ''],
    ['a', 'a'],
    ['0-', '0-'],
    ['0,-1', '-1'],
    ['0 ,1', '0 '],
  ];
  for (const [text, range] of bad) {
    t.throws(() => parseCpuset(text), { message: `"${range}" is not a number or a range` });
  }
});

test('device numbers are split as makedev joins them', (t) => {
  t.deepEqual(splitDeviceNumber(0x0801), { major: 8, minor: 1 });
  t.deepEqual(splitDeviceNumber((259 << 8) | 5), { major: 259, minor: 5 });
  t.deepEqual(splitDeviceNumber(0x12345678 * 0), { major: 0, minor: 0 });
  t.deepEqual(splitDeviceNumber(2 ** 20 * 5 + 0x103), { major: 1, minor: 5 * 256 + 3 });
  t.deepEqual(splitDeviceNumber((0x12345000n << 32n) | (0x678n << 8n) | 9n), { major: 0x12345678, minor: 9 });
  t.deepEqual(splitDeviceNumber(statSync('/dev/null').rdev), { major: 1, minor: 3 });
});

test('rates find their device', (t) => {
  const context = fakeContext({ devices: { '/dev/sda': 0x0800, '/dev/odd:name': 0x0810 } });
  t.deepEqual(parseBytesRate('/dev/sda:1m', context), { major: 8, minor: 0, rate: 1024 ** 2 });
  t.deepEqual(parseBytesRate('/dev/odd:name:5', context), { major: 8, minor: 16, rate: 5 });
  t.deepEqual(parseOperationsRate('/dev/sda:100', context), { major: 8, minor: 0, rate: 100 });
});

test('bad rates are refused', (t) => {
  const context = fakeContext({ devices: { '/dev/sda': 0x0800 }, files: { '/dev/file': '' } });
  t.throws(() => parseBytesRate('/dev/sda', context), { message: 'it does not have the form PATH:SIZE' });
  t.throws(() => parseOperationsRate(':5', context), { message: 'it does not have the form PATH:NUMBER' });
  t.throws(() => parseBytesRate('sda:1m', context), { message: '"sda" is not an absolute path' });
  t.throws(() => parseBytesRate('/dev/no:1m', context), { message: 'ENOENT no such file or directory' });
  t.throws(() => parseBytesRate('/dev/file:1m', context), { message: '"/dev/file" is not a block device' });
  t.throws(() => parseBytesRate('/dev/sda:x', context), {
    message: 'a size is a number and a unit b, k, m or g',
  });
  t.throws(() => parseOperationsRate('/dev/sda:1m', context), {
    message: 'a whole number 0 or more is needed',
  });
});
