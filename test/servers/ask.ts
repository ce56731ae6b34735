import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** Set by Jest's global set-up: the unix socket of `main.ts`. */
export const socketVariable = 'SLIPWAY_TEST_SERVERS';

/** Where a server listens on 127.0.0.1, or why it could not be started. */
export type Answer = { readonly port: number } | { readonly error: string };

/** The port of the run's Postgres or Temporal, started now if this is the first to ask. Throws when it can't start. */
export async function askForServer(name: 'postgres' | 'temporal'): Promise<number> {
  const socket = process.env[socketVariable];
  if (socket === undefined) throw new Error(`${socketVariable} is not set: run tests by npm test`);
  const connection = connect(socket);
  await once(connection, 'connect');
  connection.end(name);
  const answer = JSON.parse(await text(connection)) as Answer;
  if ('error' in answer) throw new Error(answer.error);
  return answer.port;
}
