import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { referenceFiles } from './files.ts';

test.each(Object.entries(referenceFiles()).map(([file, content]) => [path.basename(file), file, content] as const))(
  'docs/reference/%s is as the commands are: else run cli/reference/write-reference.ts',
  (_, file, content) => {
    expect(readFileSync(file, 'utf8')).toBe(content);
  },
);
