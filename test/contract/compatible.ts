/** What of an earlier version today's code would not take, as types: `never` when all is well, else its name. */
import type { QueryDefinition, SignalDefinition, UpdateDefinition } from '@temporalio/common';

type Asked<T> = T extends (...args: infer Args) => unknown
  ? Args
  : T extends UpdateDefinition<infer _, infer Args> | QueryDefinition<infer _, infer Args>
    ? Args
    : T extends SignalDefinition<infer Args>
      ? Args
      : never;

type Answered<T> = T extends (...args: infer _) => infer Answer
  ? Awaited<Answer>
  : T extends UpdateDefinition<infer Answer, infer _> | QueryDefinition<infer Answer, infer _>
    ? Answer
    : never;

/** What is asked in the words of `Caller` and `Callee` would misunderstand, or doesn't know at all. */
export type Misunderstood<Caller, Callee> = {
  [Name in keyof Caller]: Name extends keyof Callee
    ? Asked<Caller[Name]> extends Asked<Callee[Name]>
      ? never
      : Name
    : Name;
}[keyof Caller];

/** What is answered in the words of `Callee` and `Caller` would misunderstand. */
export type Misread<Caller, Callee> = {
  [Name in keyof Caller & keyof Callee]: Answered<Callee[Name]> extends Answered<Caller[Name]> ? never : Name;
}[keyof Caller & keyof Callee];

/**
 * As above, but for roles: words that the version before compares with those of its policy, and knows no list of. One that is
 * new to it, or `null`, is one that its policy doesn't name, so that an approval in it counts for nothing there. And but for
 * how hosts run and ask an instance (`restart`, `http`), which it hands on without reading it.
 */
export type MisreadButRoles<Caller, Callee> = {
  [Name in keyof Caller & keyof Callee]: WithoutRoles<Answered<Callee[Name]>> extends WithoutRoles<
    Answered<Caller[Name]>
  >
    ? never
    : Name;
}[keyof Caller & keyof Callee];

type WithoutRoles<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends readonly (infer Item)[]
    ? readonly WithoutRoles<Item>[]
    : {
        readonly [Name in keyof T as Name extends 'role' | 'roles' | 'restart' | 'http' ? never : Name]: WithoutRoles<
          T[Name]
        >;
      };

/** `'none'`, or the names that stand in the way: the compiler prints them. */
export type None<Names> = [Names] extends [never] ? 'none' : Names;
