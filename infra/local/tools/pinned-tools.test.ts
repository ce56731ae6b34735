import { expect, test } from '@jest/globals';
import { acceptsTemporalCli } from './pinned-tools.ts';

test.each([
  ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', true],
  ['temporal version 1.9.2 (Server 1.32.0, UI 2.54.1)', true],
  ['temporal version 1.10.0 (Server 1.33.0, UI 2.55.0)', true],
  ['temporal version 1.9.0 (Server 1.31.0, UI 2.50.0)', false],
  ['temporal version 1.8.9 (Server 1.30.0, UI 2.50.0)', false],
  ['temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)', false],
  ['temporal version 0.0.0-DEV (Server 1.32.0, UI 2.54.1)', false],
  ['some other program called temporal', false],
  ['', false],
])('an installed CLI that calls itself "%s" will do: %s', (output, accepted) => {
  expect(acceptsTemporalCli(output)).toBe(accepted);
});
