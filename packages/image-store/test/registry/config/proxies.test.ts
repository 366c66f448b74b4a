import test from 'ava';
import { findProxy } from '../../../src/registry/config/proxies.js';

const find = (url: string, variables: Record<string, string>) =>
  findProxy(new URL(url), { variables, home: '/', uid: 0, certificateDirectories: [] });

test('the proxy is that of the scheme', (t) => {
  const variables = { HTTPS_PROXY: 'http://secure:1', http_proxy: 'plain:2' };
  t.is(find('https://quay.io/v2/', variables), 'http://secure:1');
  t.is(find('http://quay.io/v2/', variables), 'http://plain:2');
  t.is(find('https://quay.io/', { ALL_PROXY: 'http://all:3' }), 'http://all:3');
  t.is(find('https://quay.io/', {}), undefined);
  t.is(find('https://quay.io/', { HTTPS_PROXY: '' }), undefined);
});

test('this machine needs no proxy', (t) => {
  for (const host of ['localhost:5000', '127.0.0.1', '127.1.2.3:80', '[::1]:5000', 'a.localhost']) {
    t.is(find(`http://${host}/`, { HTTP_PROXY: 'http://proxy:1' }), undefined, host);
  }
});

const EXEMPT: readonly [list: string, url: string, isExempt: boolean][] = [
  ['*', 'https://quay.io/', true],
  ['quay.io', 'https://quay.io/', true],
  ['quay.io', 'https://cdn.quay.io/', true],
  ['quay.io', 'https://notquay.io/', false],
  ['.quay.io', 'https://cdn.quay.io/', true],
  ['*.quay.io', 'https://cdn.quay.io/', true],
  ['a, QUAY.io ,b', 'https://quay.io/', true],
  ['quay.io:8443', 'https://quay.io:8443/', true],
  ['quay.io:8443', 'https://quay.io/', false],
  ['quay.io:443', 'https://quay.io/', true],
  ['10.1.2.3', 'https://10.1.2.3:5000/', true],
  ['10.0.0.0/8', 'https://10.1.2.3/', true],
  ['10.0.0.0/8', 'https://11.1.2.3/', false],
  ['10.0.0.0/99', 'https://10.1.2.3/', false],
  ['fd00::/8', 'https://[fd00::1]/', true],
  ['fd00::1', 'https://[fd00::1]/', true],
  ['[fd00::1]:5000', 'https://[fd00::1]:5000/', true],
  ['2.3', 'https://10.1.2.3/', false],
  ['', 'https://quay.io/', false],
];

test('hosts are exempt by name, port, address and network', (t) => {
  for (const [NO_PROXY, url, isExempt] of EXEMPT) {
    t.is(
      find(url, { HTTPS_PROXY: 'http://proxy:1', NO_PROXY }) === undefined,
      isExempt,
      `${NO_PROXY} for ${url}`,
    );
  }
});
