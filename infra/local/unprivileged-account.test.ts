import { describe, expect, test } from '@jest/globals';
import type { ServerCommand } from './child-server.ts';
import { underAccount } from './unprivileged-account.ts';

const command: ServerCommand = {
  title: 'Postgres',
  file: '/opt/postgres',
  args: ['-D', '/data'],
  env: { PATH: '/usr/bin' },
  cwd: '/data',
  stopSignal: 'SIGINT',
};

describe('a command under another account', () => {
  test('is the same command when there is no other account', () => {
    expect(underAccount(command, undefined)).toEqual(command);
  });

  test('is spawned with its uid and gid, and with no capability', () => {
    const account = { uid: 101, gid: 104, behindClosedFolder: false };
    expect(underAccount(command, account)).toEqual({ ...command, uid: 101, gid: 104 });
  });

  test('behind a closed folder is changed to by setpriv, which keeps one capability', () => {
    const { file, args, uid } = underAccount(command, { uid: 101, gid: 104, behindClosedFolder: true });
    expect([file, ...args].join(' ')).toBe(
      'setpriv --reuid 101 --regid 104 --clear-groups --inh-caps +dac_override --ambient-caps +dac_override ' +
        '--securebits +no_setuid_fixup /opt/postgres -D /data',
    );
    expect(uid).toBeUndefined();
  });
});
