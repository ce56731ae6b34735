import { ServerStartError } from './child-server.ts';
import type { SupervisionOptions } from './supervision-options.ts';

/** A supervised process did not get ready. */
export class ProgramStartError extends ServerStartError {
  readonly program: string;
  readonly logFile: string;
  /** `ended with code 1` */
  readonly how: string;
  /** The end of what it has logged in this start; empty when that is nothing. */
  readonly lastLines: string;

  constructor({ name, logFile }: Pick<SupervisionOptions, 'name' | 'logFile'>, how: string, lastLines: string) {
    super(`${name} did not start: ${how}\n${lastLines}`);
    this.program = name;
    this.logFile = logFile;
    this.how = how;
    this.lastLines = lastLines;
  }
}
