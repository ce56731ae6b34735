import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { commandSettings, dataFlag, quoted } from './command-settings.ts';
import { dataDirectory } from './data-directory.ts';

const api = 'http://127.0.0.1:8081';

test('the stack in its usual place is found without settings', () => {
  expect(commandSettings('/p', dataDirectory('/p/.slipway'), api)).toBeNull();
  expect(dataFlag('/p', dataDirectory('/p/.slipway'))).toBe('');
});

test('another one is named by its address, its token and the secret that pushes are signed with', () => {
  expect(commandSettings('/p', dataDirectory("/tmp/it's mine"), api)).toBe(
    [
      'export SLIPWAY_API=http://127.0.0.1:8081',
      String.raw`SLIPWAY_TOKEN="$(cat '/tmp/it'\''s mine/run/token-mo')"`,
      String.raw`SLIPWAY_WEBHOOK_SECRET_FILE='/tmp/it'\''s mine/run/webhook-secret'`,
    ].join(' '),
  );
  expect(dataFlag('/p', dataDirectory('/tmp/two words'))).toBe(" --data '/tmp/two words'");
});

test('a shell takes whatever is quoted for one word', () => {
  const text = fc.string({ unit: fc.constantFrom('a', '/', ' ', "'", '"', '$', '`', '\\', '!', '*'), minLength: 1 });
  fc.assert(
    fc.property(text, (word) => {
      expect(execFileSync('sh', ['-c', `printf %s ${quoted(word)}`], { encoding: 'utf8' })).toBe(word);
    }),
    { numRuns: 50 },
  );
});
