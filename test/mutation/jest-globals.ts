/** What tests get in place of `@jest/globals`: Jest's own words and matchers, without its environments. */
export { jestExpect as expect } from '@jest/expect';
export { afterAll, afterEach, beforeAll, beforeEach, describe, it, test } from 'jest-circus';
