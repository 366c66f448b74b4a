import test from 'ava';
import { parseBenchArguments } from '../../src/bench/options.js';

test('without arguments everything is measured and written', (t) => {
  t.deepEqual(parseBenchArguments([]), {
    rounds: 60,
    sections: [
      'proof',
      'spawn',
      'throughput',
      'command',
      'heap',
      'ps',
      'life',
      'exec',
      'output',
      'pull',
      'images',
      'archives',
      'oci',
    ],
    writes: true,
  });
});

test('a part is measured and not written', (t) => {
  t.deepEqual(parseBenchArguments(['--only', 'proof,heap', '--rounds', '5']), {
    rounds: 5,
    sections: ['proof', 'heap'],
    writes: false,
  });
  t.false(parseBenchArguments(['--no-write']).writes);
});

test('bad arguments are named', (t) => {
  t.throws(() => parseBenchArguments(['--rounds', '0']), {
    message: 'failed to parse arguments: --rounds "0" is not a number from 1 to 99999',
  });
  t.throws(() => parseBenchArguments(['--only', 'spawn,all']), {
    message:
      'failed to parse arguments: --only "all" is not one of proof, spawn, throughput, command, heap, ps, life, exec, output, pull, images, archives, oci',
  });
});
