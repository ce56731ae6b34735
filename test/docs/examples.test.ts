import { expect, test } from '@jest/globals';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseServiceSpec } from '../../protocol/service-spec.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const specs = globSync('examples/**/slipway.yaml', { cwd: docs });

test('there are examples of specs', () => expect(specs.length).toBeGreaterThan(0));

test.each(specs)('%s is a spec', (file) => {
  expect(parseServiceSpec(readFileSync(path.join(docs, file)))).toMatchObject({ ok: true });
});
