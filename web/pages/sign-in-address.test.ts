import { expect, test } from '@jest/globals';
import { backPath, codeOfFragment } from './sign-in-address.ts';

test.each([
  ['', null],
  ['#code=abc-1', 'abc-1'],
  ['#other=1&code=x', 'x'],
  ['#', null],
])('the fragment %j holds the code %j', (fragment, code) => expect(codeOfFragment(fragment)).toBe(code));

test.each([
  ['', '/'],
  ['?back=%2Fs%2Fcheckout%3Fregion%3Deu-west', '/s/checkout?region=eu-west'],
  ['?back=https%3A%2F%2Fevil.example', '/'],
  ['?back=%2F%2Fevil.example', '/'],
  ['?back=%2F%5Cevil.example', '/'],
  ['?back=%2Fsignin%3Fback%3D%2F', '/'],
])('after %j one is led to %s', (search, path) => expect(backPath(search)).toBe(path));
