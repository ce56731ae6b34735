import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hostId, serviceName } from '../names.ts';
import { chooseHosts, type OutputHost } from './choose-hosts.ts';
import { mostHosts } from './limits.ts';

const service = serviceName('checkout');
const host = (name: string, isHealthy = true, isHeard = true): OutputHost => ({
  host: hostId(name),
  isHealthy,
  isHeard,
});
const one = { service, host: null, every: false };

test.each([
  ['the first healthy one', one, [host('b'), host('a'), host('0', false)], ['a']],
  ['one that is not healthy, where none is', one, [host('b', false), host('a', false)], ['a']],
  [
    'healthy ones before others, of all',
    { ...one, every: true },
    [host('a', false), host('c'), host('b')],
    ['b', 'c', 'a'],
  ],
  ['the one that was named, healthy or not', { ...one, host: hostId('b') }, [host('a'), host('b', false)], ['b']],
])('output is read of %s', (_, wanted, known, hosts) => {
  expect(chooseHosts(wanted, known)).toEqual({ outcome: 'chosen', hosts });
});

test.each([
  ['no host runs it', one, [], 'no host here runs checkout'],
  ['none was heard of', one, [host('a', true, false)], 'no host of checkout was heard of lately'],
  ['the named one is none of its', { ...one, host: hostId('z') }, [host('a')], 'host z is not one of checkout here'],
  ['the named one is away', { ...one, host: hostId('a') }, [host('a', true, false)], 'host a was not heard of lately'],
])('of none, and why, where %s', (_, wanted, known, why) => {
  expect(chooseHosts(wanted, known)).toEqual({ outcome: 'none', why: expect.stringContaining(why) });
});

test('however many there are, a reading is of few, each once, and of none that is away', () => {
  const known = fc.uniqueArray(
    fc.record({ host: fc.nat(500).map((n) => hostId(`h${n}`)), isHealthy: fc.boolean(), isHeard: fc.boolean() }),
    { selector: (each) => each.host, maxLength: 60 },
  );
  fc.assert(
    fc.property(known, fc.boolean(), (hosts, every) => {
      const answer = chooseHosts({ ...one, every }, hosts);
      const chosen = answer.outcome === 'chosen' ? answer.hosts : [];
      const heard = hosts.filter(({ isHeard }) => isHeard).map((each) => each.host);
      expect(chosen).toHaveLength(Math.min(every ? mostHosts : 1, heard.length));
      expect(new Set(chosen).size).toBe(chosen.length);
      expect(heard).toEqual(expect.arrayContaining([...chosen]));
    }),
  );
});
