import { expect, test } from '@jest/globals';
import { hostId } from '../names.ts';
import { snapshotText } from './snapshot.ts';
import { position } from './testing/given.ts';

const hosts = ['7', '1', '4'].map((at) => ({ host: hostId(`h${at}`), position: position(at) }));

test('a snapshot is one text, whatever order its hosts come in', () => {
  const text = 'slipway.snapshot/1\n1000000000000000 h1\n4000000000000000 h4\n7000000000000000 h7\n';
  expect(snapshotText(hosts)).toBe(text);
  expect(snapshotText(hosts.toReversed())).toBe(text);
});

test('a snapshot without a host has a text too', () => {
  expect(snapshotText([])).toBe('slipway.snapshot/1\n');
});
