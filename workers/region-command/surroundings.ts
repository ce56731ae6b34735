import { hostname, userInfo } from 'node:os';
import { plainText } from '../../domain/progress/plain-text.ts';
import type { Environment } from '../../infra/config/environment.ts';

export interface Surroundings {
  readonly environment: Environment;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
}

/** Answers a person in lines, or a program with one document. Lines about progress go to stderr. */
export interface Output {
  line(text: string): void;
  note(text: string): void;
  document(name: string, data: object): void;
}

export const createOutput = ({ stdout, stderr }: Surroundings, isJson: boolean): Output => ({
  line: (text) => void (isJson || stdout.write(`${plainText(text)}\n`)),
  note: (text) => void stderr.write(`${plainText(text)}\n`),
  document(name, data) {
    const document = { schema: `slipway-region.${name}/v1`, asOf: new Date().toISOString(), data };
    if (isJson) stdout.write(`${JSON.stringify(document)}\n`);
  },
});

/** Who is logged in on this machine, also behind sudo: `ada@gw-1`. Whoever is root here could write anything else. */
export function whoIsHere({ SUDO_USER }: Environment): string {
  return `${SUDO_USER ?? nameOfUser()}@${hostname()}`.slice(0, 100);
}

/** An account of a container need not have a name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}
