import { expect, test } from '@jest/globals';
import SwaggerParser from '@apidevtools/swagger-parser';
import { openApiDocument } from './openapi.ts';
import { routes } from './routes.ts';

const document = openApiDocument('1.2.3');
const operations = Object.values(document.paths).flatMap((path) => Object.values(path));

test('the document is OpenAPI 3.1, and every reference in it leads somewhere', async () => {
  // It takes the document apart.
  const copy = structuredClone(document) as unknown as Parameters<typeof SwaggerParser.validate>[0];
  await expect(SwaggerParser.validate(copy)).resolves.toMatchObject({ info: { version: '1.2.3' } });
});

test('it describes every route once, and what stands beside them', () => {
  const ids = operations.map(({ operationId }) => operationId);
  expect(ids.toSorted()).toEqual(
    [...Object.keys(routes), 'signIn', 'signOut', 'createSignInLink', 'followEvents'].toSorted(),
  );
});

test('every answer that is not foreseen is a problem, and only signing in needs no sign-in', () => {
  for (const { responses } of operations) expect(responses.default).toEqual({ $ref: '#/components/responses/problem' });
  expect(operations.filter(({ security }) => security?.length === 0).map(({ operationId }) => operationId)).toEqual([
    'signIn',
  ]);
});

test('what changes something wants an Idempotency-Key, and reading takes none', () => {
  const key = { $ref: '#/components/parameters/idempotencyKey' };
  expect(document.paths['/v1/services/{service}/lock']?.post?.parameters).toContainEqual(key);
  expect(document.paths['/v1/services/{service}']?.get?.parameters).not.toContainEqual(key);
});

test('answers are open, so that fields can be added, and requests are strict', () => {
  const schemas = document.components.schemas as Record<string, { additionalProperties?: boolean }>;
  expect(schemas.Deployment?.additionalProperties).toBeUndefined();
  expect(schemas.LockRequest?.additionalProperties).toBe(false);
});
