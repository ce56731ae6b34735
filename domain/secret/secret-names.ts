import type { RunConfig } from '../spec/service-spec.ts';

/** Also the name of a file, in a folder or below `CREDENTIALS_DIRECTORY`. */
export const isSecretName = (text: string): boolean => /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(text);

/** Of one release: each variable and each file names a secret. */
export const mostSecretsOfAKind = 32;

/** A secret has at most so many bytes. */
export const secretMaxBytes = 64 * 1024;

/** The variable that says where an instance finds its files; the same as systemd's. */
export const filesVariable = 'CREDENTIALS_DIRECTORY';

/** What an instance has to be given before it can start: each name once, in order. */
export function secretNamesOf({ secrets }: Pick<RunConfig, 'secrets'>): readonly string[] {
  const named = [...Object.values(secrets?.env ?? {}), ...Object.values(secrets?.files ?? {})];
  return [...new Set(named)].toSorted();
}
