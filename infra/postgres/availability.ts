/** Postgres' own words for "not now": starting, stopping, out of connections, statement cut short (class 57, 53, 08). */
const awayClasses = ['08', '53', '57'];
/** Of class 08, but a mistake in what was sent: a NUL in a text. It fails again however often it is sent. */
const protocolViolation = '08P01';
/** Of the socket, before Postgres says anything. */
const socketCodes = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH'];
/** The driver's and the pool's own time-outs carry no code. */
const timeoutText = /timeout|terminated|Connection ended/i;

/** Whether a call failed because the database is away, and the same call may work soon. */
export function isDatabaseUnavailable(error: unknown): boolean {
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++) {
    const { code } = cause as { code?: unknown };
    if (code === protocolViolation) return false;
    if (typeof code === 'string' && (socketCodes.includes(code) || awayClasses.includes(code.slice(0, 2)))) return true;
    if (code === undefined && timeoutText.test(cause.message)) return true;
  }
  return false;
}

/** Postgres' "undefined column" and "undefined table": the schema is older than the program, until who migrates it has done so. */
const lacking = ['42703', '42P01'];

/** Whether a call failed because the database wasn't migrated yet to what the program knows. */
export const isSchemaBehind = (error: unknown): boolean => codesOf(error).some((code) => lacking.includes(code));

/** Postgres' "lock not available". */
const lockTimeout = '55P03';

/** Whether a call gave up as another held what it needed. */
export const isLockTimeout = (error: unknown): boolean => codesOf(error).includes(lockTimeout);

/** Of the error, and of what it was caused by. */
function codesOf(error: unknown): readonly string[] {
  const codes: string[] = [];
  for (let cause: unknown = error, depth = 0; cause instanceof Error && depth < 5; cause = cause.cause, depth++)
    codes.push(String((cause as { code?: unknown }).code));
  return codes;
}
