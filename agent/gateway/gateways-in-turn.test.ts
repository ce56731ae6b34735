import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { hostId } from '../../domain/names.ts';
import { GatewayError, UntrustedGatewayError } from './gateway-error.ts';
import { orderOf } from './gateway-order.ts';
import { takeInTurn } from './gateways-in-turn.ts';

const urls = ['https://one:1/', 'https://two:2/', 'https://three:3/'].map((url) => new URL(url));
const { signal } = new AbortController();

/** Gateways of which some answer nothing, and a clock that a test sets. */
function openGateways(count = urls.length) {
  const errors = new Map<string, Error>();
  const asked: string[] = [];
  const moves: string[] = [];
  const clock = { ms: 0 };
  const inTurn = takeInTurn(urls.slice(0, count), {
    now: () => clock.ms,
    random: () => 0,
    onMove: ({ hostname }, reason) => moves.push(`${hostname}: ${reason}`),
  });
  const call = async ({ hostname }: URL): Promise<string> => {
    asked.push(hostname);
    const error = errors.get(hostname);
    if (error !== undefined) throw error;
    return hostname;
  };
  const ask = (how: 'ask' | 'askFirst' | 'askEach' = 'ask', by = signal): Promise<string> =>
    inTurn[how](by, call).catch((error: Error) => error.message);
  return { ask, asked, errors, moves, clock, inTurn };
}
const silent = new GatewayError('ECONNREFUSED');

describe('gateways in turn', () => {
  it('stay with the one that answers', async () => {
    const { ask, asked, moves } = openGateways();
    for (let n = 0; n < 4; n++) await ask();
    expect([new Set(asked), moves]).toEqual([new Set(['one']), []]);
  });

  it('go on to the next, over the last to the first, with each call that is not answered, and repeat none', async () => {
    const { ask, asked, errors, moves } = openGateways();
    for (const { hostname } of urls) errors.set(hostname, silent);
    for (let n = 0; n < 4; n++) expect(await ask()).toBe('ECONNREFUSED');
    expect(asked).toEqual(['one', 'two', 'three', 'one']);
    errors.delete('two');
    expect([await ask(), await ask()]).toEqual(['two', 'two']);
    expect(moves[0]).toBe('two: ECONNREFUSED');
  });

  it('leave one that can not prove itself', async () => {
    const { ask, errors } = openGateways();
    errors.set('one', new UntrustedGatewayError('no authority has certified it'));
    expect([await ask(), await ask()]).toEqual(['no authority has certified it', 'two']);
  });

  it.each<[string, Error, number, string[]]>([
    ['an answer that says no', new GatewayError('403', 403), 5, ['one']],
    ['what is no fault of a gateway', new Error('the disk is full'), 5, ['one']],
    ['faults of its own, fewer than three in a row', new GatewayError('503', 503), 2, ['one']],
    ['three of them', new GatewayError('503', 503), 4, ['one', 'two']],
  ])('are left or not after %s', async (_what, error, times, expected) => {
    const { ask, asked, errors } = openGateways();
    errors.set('one', error);
    for (let n = 0; n < times; n++) await ask();
    expect([...new Set(asked)]).toEqual(expected);
  });

  it('count faults in a row only', async () => {
    const { ask, asked, errors } = openGateways();
    for (let n = 0; n < 6; n++) {
      errors.set('one', new GatewayError('503', 503));
      await ask();
      await ask();
      errors.clear();
      await ask();
    }
    expect(new Set(asked)).toEqual(new Set(['one']));
  });

  it('are left once by calls that fail together', async () => {
    const { ask, errors } = openGateways();
    errors.set('one', silent);
    await Promise.all([ask(), ask(), ask()]);
    expect(await ask()).toBe('two');
  });

  it('are not judged by a call that was given up', async () => {
    const { ask, errors, moves } = openGateways();
    errors.set('one', silent);
    await ask('ask', AbortSignal.abort());
    expect(moves).toEqual([]);
  });

  it('are one gateway where there is one', async () => {
    const { ask, errors, asked, moves } = openGateways(1);
    errors.set('one', silent);
    for (let n = 0; n < 3; n++) await ask('askEach');
    expect([asked, moves]).toEqual([['one', 'one', 'one'], []]);
  });

  it('are each asked for what can not wait, until one answers or says no', async () => {
    const { ask, asked, errors } = openGateways();
    errors.set('one', silent).set('two', silent);
    expect(await ask('askEach')).toBe('three');
    expect(asked).toEqual(['one', 'two', 'three']);
    errors.set('three', new GatewayError('the host may not have it', 403));
    expect(await ask('askEach')).toBe('the host may not have it');
    errors.set('three', silent);
    asked.length = 0;
    expect(await ask('askEach')).toBe('ECONNREFUSED');
    expect(asked).toEqual(['three', 'one', 'two']);
  });

  it('go back to the first after some minutes, by a call that may fail, and only when it answers', async () => {
    const { ask, errors, clock, moves } = openGateways();
    errors.set('one', silent);
    await ask();
    clock.ms = 299_999;
    expect(await ask('askFirst')).toBe('two');
    clock.ms = 300_000;
    expect([await ask(), await ask('askFirst'), await ask('askFirst')]).toEqual(['two', 'ECONNREFUSED', 'two']);
    errors.clear();
    expect(await ask('askFirst')).toBe('two');
    clock.ms = 600_000;
    expect([await ask('askFirst'), await ask()]).toEqual(['one', 'one']);
    expect(moves).toEqual(['two: ECONNREFUSED', 'one: it answers again']);
  });
});

describe('the order of gateways', () => {
  const hosts = Array.from({ length: 3_000 }, (_, n) => hostId(`web-${n}`));
  const firsts = (gateways: readonly URL[]) => hosts.map((host) => orderOf(host, gateways)[0]!.hostname);

  it('is the same for a host however they are written down, and holds each once', () => {
    fc.assert(
      fc.property(fc.constantFrom(...hosts), fc.shuffledSubarray(urls, { minLength: 3 }), (host, shuffled) => {
        expect(orderOf(host, shuffled)).toEqual(orderOf(host, urls));
        expect(new Set(orderOf(host, shuffled))).toEqual(new Set(urls));
      }),
    );
  });

  it('shares hosts evenly, also those of one that is away', () => {
    const share = (names: readonly string[], name: string) =>
      names.filter((each) => each === name).length / names.length;
    for (const { hostname } of urls) expect(share(firsts(urls), hostname)).toBeCloseTo(1 / 3, 1);
    const seconds = hosts.map((host) => orderOf(host, urls)).filter(([first]) => first!.hostname === 'one');
    expect(
      share(
        seconds.map(([, second]) => second!.hostname),
        'two',
      ),
    ).toBeCloseTo(1 / 2, 1);
  });

  it('sends no host elsewhere but those of a gateway that is gone', () => {
    const [before, after] = [firsts(urls), firsts(urls.slice(1))];
    const moved = before.filter((gateway, n) => gateway !== after[n]);
    expect(new Set(moved)).toEqual(new Set(['one']));
  });
});
