/** One JSON object a line on standard output, in the form of the other programs' logs (pino's levels and names). */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
export type LogFields = Readonly<Record<string, unknown>>;

export const logLevels = { debug: 20, info: 30, warn: 40, error: 50 } as const;
export type LogLevel = keyof typeof logLevels;

export function openLog(least: LogLevel, name: string, write: (line: string) => void): Log {
  const at =
    (level: LogLevel) =>
    (msg: string, fields: LogFields = {}): void => {
      if (logLevels[level] < logLevels[least]) return;
      write(`${JSON.stringify({ level: logLevels[level], time: Date.now(), name, ...fields, msg })}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
