/**
 * Names of errors that another attempt can't cure, for those that don't say so themselves: a value or document that is not
 * what it should be. Activities say it where the error is born (`ApplicationFailure.nonRetryable`); everything else that
 * is thrown is taken for a fault of the infrastructure and retried. `TypeError` is none of these: `fetch` throws it when
 * a network is down.
 */
export const terminalErrors: string[] = ['RangeError', 'ZodError'];
