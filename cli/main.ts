/** `slipway <verb> [<object>]` */
import { exitCodes } from './exit-code.ts';
import { runSlipway } from './run-slipway.ts';

const interrupted = new AbortController();
// A terminal's Ctrl-C arrives twice: by itself and by the launcher.
process.on('SIGINT', () => interrupted.abort(new Error('interrupted')));
// Who reads us may have had enough (`slipway watch … | head`): that is no fault of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? 0 : exitCodes.fault),
);

const { env: environment, stdin, stdout, stderr } = process;
const around = { environment, stdin, stdout, stderr, interrupted: interrupted.signal };
process.exitCode = await runSlipway(process.argv.slice(2), around);
