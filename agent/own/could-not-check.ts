/** What a self-test ends with when it could not find out: no fault of the file that was tried. `EX_TEMPFAIL` of sysexits. */
export const couldNotCheckCode = 75;

/** The host could not do what the check needs. */
export class CouldNotCheckError extends Error {
  override readonly name = 'CouldNotCheckError';
  readonly code = 'could-not-check';
}
