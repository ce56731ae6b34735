import type { SecretValues } from '../../domain/secret/usable-secrets.ts';
import type { RunConfig } from '../../domain/spec/service-spec.ts';
import { HostCannotError } from '../keeper/host-cannot.ts';

/** What an instance is given of values: variables, and files as base64. */
export interface HandedOut {
  readonly env: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, string>>;
}

/** @throws HostCannotError for a value that no variable can hold; it says which, and nothing of the value */
export function handOut({ secrets }: Pick<RunConfig, 'secrets'>, values: SecretValues): HandedOut {
  const entries = (of: Readonly<Record<string, string>> = {}) => Object.entries(of);
  return {
    env: Object.fromEntries(
      entries(secrets?.env).map(([variable, name]) => [variable, asText(variable, values[name]!)]),
    ),
    files: Object.fromEntries(entries(secrets?.files).map(([file, name]) => [file, values[name]!])),
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Without the newline that editors and commands put at an end. */
function asText(variable: string, value: string): string {
  try {
    const text = utf8.decode(Buffer.from(value, 'base64'));
    if (!text.includes('\0')) return text.replace(/\r?\n$/, '');
  } catch {
    // Its message would be no help either.
  }
  throw new HostCannotError(`the secret for ${variable} is not text: give it as a file (run.secrets.files)`, 10_000);
}
