import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { signDocument, signText, verifyDocument, type Envelope } from './dsse.ts';

const { privateKey: key } = generateKeyPairSync('ed25519');
const type = 'application/vnd.slipway.goal.v1+json';
const goal = { generation: 7, mode: 'advance', service: 'checkout' };
const text = JSON.stringify(goal);
const read = (envelope: Envelope) => verifyDocument(envelope, type, [key]);

/** Texts that a reader of JSON takes for some goal, and that are not the one text of it. */
const others: readonly (readonly [string, string])[] = [
  ['with a key twice', '{"generation":7,"mode":"advance","mode":"undo","service":"checkout"}'],
  ['with a key twice, of one value', '{"generation":7,"mode":"advance","mode":"advance","service":"checkout"}'],
  ['with a key twice, once escaped', '{"generation":7,"\\u006dode":"undo","mode":"advance","service":"checkout"}'],
  ['with its keys in another order', '{"service":"checkout","generation":7,"mode":"advance"}'],
  ['with a space more', '{"generation":7, "mode":"advance","service":"checkout"}'],
  ['with a line end more', `${text}\n`],
  ['with a number written in another way', '{"generation":7.0,"mode":"advance","service":"checkout"}'],
];

test('a signed document is read as it was signed', () => {
  expect(read(signDocument(type, goal, key))).toEqual({ ok: true, payload: goal, payloadText: text });
  expect(read(signText(type, text, key))).toMatchObject({ ok: true, payload: goal });
});

describe.each(others)('a document %s', (_what, other) => {
  test('is not the one that was signed: the signature is over its bytes', () => {
    const { signatures } = signDocument(type, goal, key);
    const payload = Buffer.from(other).toString('base64');
    expect(read({ payloadType: type, payload, signatures })).toEqual({ ok: false, reason: 'bad-signature' });
  });

  test('is refused when it was signed so, as others could read something else in it', () => {
    expect(read(signText(type, other, key))).toEqual({ ok: false, reason: 'malformed' });
  });
});

test.each([
  ['no JSON', '{'],
  ['half a surrogate', '{"mode":"\\ud800"}'],
])('a document that is %s is refused', (_what, other) => {
  expect(read(signText(type, other, key))).toEqual({ ok: false, reason: 'malformed' });
});
