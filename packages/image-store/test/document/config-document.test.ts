import test from 'ava';
import { applyChange } from '../../src/document/config-document.js';

const BASE = { Env: ['PATH=/bin', 'A=1'], Labels: { old: 'x' }, WorkingDir: '/w' };

const rows: readonly [change: string, result: object][] = [
  ['CMD ["a", "b c"]', { ...BASE, Cmd: ['a', 'b c'] }],
  ['cmd echo  $HOME', { ...BASE, Cmd: ['/bin/sh', '-c', 'echo  $HOME'] }],
  ['CMD ["a", 1]', { ...BASE, Cmd: ['/bin/sh', '-c', '["a", 1]'] }],
  ['ENTRYPOINT ["/init"]', { ...BASE, Entrypoint: ['/init'] }],
  ['ENV A=2 B="x y" C=\'$z\' D=a\\ b', { ...BASE, Env: ['PATH=/bin', 'A=2', 'B=x y', 'C=$z', 'D=a b'] }],
  ['ENV A some words', { ...BASE, Env: ['PATH=/bin', 'A=some words'] }],
  ['EXPOSE 80 53/udp', { ...BASE, ExposedPorts: { '80/tcp': {}, '53/udp': {} } }],
  ['LABEL a=b "c d"="e f"', { ...BASE, Labels: { old: 'x', a: 'b', 'c d': 'e f' } }],
  ['ONBUILD RUN make', { ...BASE, OnBuild: ['RUN make'] }],
  ['STOPSIGNAL SIGQUIT', { ...BASE, StopSignal: 'SIGQUIT' }],
  ['USER 1:2', { ...BASE, User: '1:2' }],
  ['VOLUME /a /b', { ...BASE, Volumes: { '/a': {}, '/b': {} } }],
  ['VOLUME ["/a b"]', { ...BASE, Volumes: { '/a b': {} } }],
  ['WORKDIR sub', { ...BASE, WorkingDir: '/w/sub' }],
  ['WORKDIR /abs', { ...BASE, WorkingDir: '/abs' }],
];
for (const [change, result] of rows) {
  test(change, (t) => {
    t.deepEqual(applyChange(BASE, change), result);
  });
}

const refused: readonly [change: string, message: RegExp][] = [
  ['RUN rm -rf /', /^the change "RUN rm -rf \/" is none of CMD, /],
  ['', /^the change "" is none of /],
  ['constructor x', /is none of /],
  ['ENV =x', /^"=x" is not written as NAME=value$/],
  ['ENV A=1 B', /^"B" is not written as NAME=value$/],
];
for (const [change, message] of refused) {
  test(`refused: ${change}`, (t) => {
    t.throws(() => applyChange(BASE, change), { message });
  });
}
