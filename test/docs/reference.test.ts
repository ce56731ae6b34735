import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { addresses } from '../../docs/generate/api-page.ts';
import { variablesOfAll } from '../../docs/generate/configuration-page.ts';
import { problemCircumstances } from '../../docs/generate/problem-circumstances.ts';
import { referencePages } from '../../docs/generate/reference-pages.ts';
import { routePurposes } from '../../docs/generate/route-purposes.ts';
import { exampleAt, specExample } from '../../docs/generate/spec-example.ts';
import { specFields, withInner } from '../../docs/generate/spec-fields.ts';
import { variablePurposes } from '../../docs/generate/variable-purposes.ts';
import { problemKinds } from '../../protocol/api/problems.ts';
import { routes } from '../../protocol/api/routes.ts';
import { parseServiceSpec } from '../../protocol/service-spec.ts';

const project = path.resolve(import.meta.dirname, '../..');
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].toSorted();

test.each(referencePages().map(({ file, text }) => [file, text] as const))(
  'docs/reference/%s says what the programs say (else: node docs/generate/main.ts)',
  (file, text) => {
    expect(readFileSync(path.join(project, 'docs/reference', file), 'utf8')).toBe(text);
  },
);

describe('the reference of the spec', () => {
  const fields = withInner(specFields());

  test('says of every field what it is, and of every value what is allowed', () => {
    expect(fields.filter(({ description }) => description === '').map((field) => field.path)).toEqual([]);
    expect(fields.filter(({ allowed }) => allowed === '').map((field) => field.path)).toEqual([]);
  });

  test('has an example of every field, and all of them together are a valid spec', () => {
    expect(fields.filter((field) => exampleAt(field.path) === undefined).map((field) => field.path)).toEqual([]);
    expect(parseServiceSpec(specExample)).toMatchObject({ ok: true });
  });
});

test('every variable has a purpose, and no purpose is left over', () => {
  expect(sorted(Object.keys(variablePurposes))).toEqual(sorted(variablesOfAll()));
});

test('every operation of the api has a purpose, every route is among them, and no purpose is left over', () => {
  const operations = addresses().map(({ operation }) => operation.operationId);
  expect(sorted(Object.keys(routePurposes))).toEqual(sorted(operations));
  expect(operations).toEqual(expect.arrayContaining(Object.keys(routes)));
});

test('every problem says when it comes, and no such text is left over', () => {
  expect(sorted(Object.keys(problemCircumstances))).toEqual(sorted(Object.keys(problemKinds)));
});
