import { expect, test } from '@jest/globals';
import { mayBeSamePerson, personName } from './same-person.ts';

test.each([
  ['lin', 'lin', true],
  ['LIN ', 'lin', true],
  ['lin', 'linda', false],
  ['Lin Liu <lin@acme.example>', 'lin', true],
  ['Lin Liu <LIN@acme.example>', 'lin@ACME.example', true],
  ['Lin Liu <lin+work@acme.example>', 'lin', true],
  ['Lin Liu <lin.liu@acme.example>', 'lin liu', true],
  ['Lin Liu <lin.liu@acme.example>', 'lin', false],
  ['lin <lin.liu@acme.example>', 'lin', true],
  ['lin-gh <lin@acme.example>', 'lin@acme.example', true],
  ['lin', 'lin@acme.example', true],
  ['lin@acme.example', 'lin', true],
  ['Lin Liu <lin@acme.example>', 'lin@other.example', false],
  ['Lin Liu <lin@acme.example>', 'mo', false],
  ['', '', false],
])('%j may be %j: %s', (maker, person, same) => {
  expect(mayBeSamePerson(maker, person)).toBe(same);
});

test.each([
  ['Lin Liu <lin@acme.example>', 'Lin Liu'],
  ['<lin@acme.example>', 'lin@acme.example'],
  ['lin', 'lin'],
])('of %j %j is shown', (person, shown) => expect(personName(person)).toBe(shown));
