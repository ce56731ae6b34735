import { expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { mostOpenFiles } from './open-files.ts';

test('how many files a process may open is read from the system', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'slipway-limits-'));
  const file = path.join(folder, 'limits');
  writeFileSync(
    file,
    'Limit    Soft Limit   Hard Limit   Units\nMax open files            20000                20000                files\n',
  );
  expect(mostOpenFiles(file)).toBe(20_000);
  writeFileSync(file, 'Max open files            unlimited            unlimited            files\n');
  expect(mostOpenFiles(file)).toBe(Infinity);
  rmSync(folder, { recursive: true });
  expect(mostOpenFiles(file)).toBe(Infinity);
});
