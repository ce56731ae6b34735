import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { readControlConfig } from './control.ts';
import {
  databaseUrlVariable,
  EnvironmentError,
  commitUrlVariable,
  httpUrlVariable,
  listenVariable,
  programVariables,
  readEnvironment,
  regionVariable,
  traceUrlVariable,
} from './environment.ts';

const schema = z.object({
  ...programVariables,
  SLIPWAY_CENTRAL_DATABASE_URL: databaseUrlVariable,
  SLIPWAY_API_LISTEN: listenVariable,
});
const good = { SLIPWAY_CENTRAL_DATABASE_URL: 'postgres://u:secret@h:5432/d', SLIPWAY_API_LISTEN: '[::1]:4400' };

function mistakes(environment: Record<string, string>): string {
  try {
    readEnvironment(schema, environment);
    return 'none';
  } catch (error) {
    if (error instanceof EnvironmentError) return error.message;
    throw error;
  }
}

describe('the environment', () => {
  test('is read into typed values, with defaults', () => {
    expect(readEnvironment(schema, { ...good, OTHER: 'x' })).toEqual({
      SLIPWAY_LOG_LEVEL: 'info',
      SLIPWAY_CENTRAL_DATABASE_URL: good.SLIPWAY_CENTRAL_DATABASE_URL,
      SLIPWAY_API_LISTEN: { host: '::1', port: 4400 },
    });
  });

  test('every bad variable is named with what it should be, and no value is repeated', () => {
    const message = mistakes({ SLIPWAY_LOG_LEVEL: 'loud', SLIPWAY_CENTRAL_DATABASE_URL: 'mysql://u:secret@h/d' });
    expect(message.split('\n')).toEqual([
      'SLIPWAY_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal; it is something else',
      'SLIPWAY_CENTRAL_DATABASE_URL must be postgres://user:password@host:port/database; it is something else',
      'SLIPWAY_API_LISTEN must be host:port to listen on; it is not set',
    ]);
  });

  test('a variable that may be left out is told as it should be too', () => {
    const optional = z.object({ SLIPWAY_TEMPORAL_UI_URL: httpUrlVariable.optional() });
    expect(() => readEnvironment(optional, { SLIPWAY_TEMPORAL_UI_URL: 'ftp://x' })).toThrow(
      'SLIPWAY_TEMPORAL_UI_URL must be an http or https URL; it is something else',
    );
  });

  test('an empty variable counts as not set', () => {
    expect(mistakes({ ...good, SLIPWAY_API_LISTEN: '' })).toMatch(/^SLIPWAY_API_LISTEN .* it is not set$/);
  });

  test.each([
    [listenVariable, ['127.0.0.1:0', 'localhost:65535'], ['4400', ':4400', 'h:65536', 'http://h:1']],
    [regionVariable, ['eu-west'], ['EU', '-a', 'a'.repeat(64)]],
    [
      commitUrlVariable,
      ['https://code.example/{repository}/commit/{commit}', 'http://c/{commit}'],
      ['https://code.example/commit', '{commit}', 'javascript:{commit}'],
    ],
    [traceUrlVariable, ['http://t/trace/{trace}'], ['http://t/trace', '{trace}']],
    [httpUrlVariable, ['http://127.0.0.1:1', 'https://slipway.example/'], ['ftp://x', 'slipway.example']],
  ])('a value is taken or refused: %#', (variable, taken, refused) => {
    expect(taken.map((value) => variable.safeParse(value).success)).toEqual(taken.map(() => true));
    expect(refused.map((value) => variable.safeParse(value).success)).toEqual(refused.map(() => false));
  });
});

test('the control worker names a key file that it can not read', () => {
  expect(() => readControlConfig({ SLIPWAY_BUILD_KEY_FILE: '/nowhere/build.pem' })).toThrow(
    /SLIPWAY_BUILD_KEY_FILE must be the path of a file that can be read; it is something else/,
  );
});
