import { describe, expect, test } from '@jest/globals';
import { accountsInTurn } from './accounts-in-turn.ts';
import { buildAccounts } from './build-account.ts';

const [one, two] = [
  { uid: 64_001, gid: 64_001 },
  { uid: 64_002, gid: 64_002 },
];

describe('workspaces', () => {
  test('have an account each, as long as there are enough, and give it back', () => {
    const accounts = accountsInTurn([one, two]);
    expect(['a', 'b', 'c'].map(accounts.take)).toEqual([one, two, one]);
    expect(accounts.of('b')).toBe(two);
    accounts.giveBack('b');
    expect([accounts.of('b'), accounts.take('d')]).toEqual([null, two]);
  });

  test('have none where all runs as ourselves', () => {
    const accounts = accountsInTurn([]);
    expect([accounts.take('a'), accounts.of('a')]).toEqual([null, null]);
  });
});

(process.getuid?.() === 0 ? describe : describe.skip)('accounts for builds', () => {
  test('are as many as wanted, from a uid on that belongs to nobody', async () => {
    expect(await buildAccounts('64001', 2)).toEqual([one, two]);
  });

  test('are not taken from a row of uids that somebody has one of', async () => {
    await expect(buildAccounts('65532', 4)).rejects.toThrow('builds need 4 free uids from 65532 on');
  });

  test('are the one that was named', async () => {
    const [nobody, ...others] = await buildAccounts('nobody', 4);
    expect([nobody?.uid, others]).toEqual([65_534, []]);
  });

  test('are never root', async () => {
    for (const root of ['root', '0']) await expect(buildAccounts(root, 4)).rejects.toThrow(/may not run as root/);
  });
});
