/** Guards nothing: the tests' Postgres listens on the loopback interface, and only for as long as they run. */
export const postgresPassword = 'tests-only';
