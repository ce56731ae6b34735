export default {
  testEnvironment: '<rootDir>/test/timed-out.mjs',
  testMatch: ['<rootDir>/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '/\\.slipway/'],
  modulePathIgnorePatterns: ['/\\.slipway/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
  globalSetup: '<rootDir>/test/global-setup.mjs',
  globalTeardown: '<rootDir>/test/global-teardown.mjs',
  cacheDirectory: '<rootDir>/node_modules/.cache/jest',
  testTimeout: 300_000,
  testSequencer: '<rootDir>/test/longest-first.mjs',
  // For two cores. With two they idle a quarter of the time, with four they work a tenth more for the same tests.
  maxWorkers: 3,
};
