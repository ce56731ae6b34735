import childProcess from 'node:child_process';
import type { Interceptor } from './file-operation.ts';

/** The command that stands for syncfs(2). */
export function interceptSync(by: Interceptor): void {
  const { spawn } = childProcess;
  Object.assign(childProcess, {
    spawn(command: string, args: readonly string[], options: object) {
      const folder = args.at(-1) ?? '';
      if (command !== 'sync' || !by.watches(folder)) return spawn(command, args, options);
      try {
        return by.changeNow({ kind: 'syncAll', path: folder }, () => spawn('true', [], options));
      } catch {
        return spawn('false', [], options);
      }
    },
  });
}
