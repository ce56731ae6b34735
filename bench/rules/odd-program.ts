/** Of `server.mjs`. */
export interface OddProgram {
  readonly greeting: string;
  /** Holds names of hosts where it is unhealthy, one a line; `null` where nothing makes it so. */
  readonly sickFile: string | null;
  /** Where it is healthy for four seconds and never again; `null` for nowhere. */
  readonly flapsOn: string | null;
}

/** A program whose health depends on the host that it runs on. */
export const oddProgram = ({
  greeting,
  sickFile,
  flapsOn,
}: OddProgram): string => `import { createServer } from 'node:http';
import { existsSync, readFileSync } from 'node:fs';

const { PORT, SLIPWAY_HOST } = process.env;
const sickFile = ${JSON.stringify(sickFile)};
const isSick = () => sickFile !== null && existsSync(sickFile) && readFileSync(sickFile, 'utf8').split('\\n').includes(SLIPWAY_HOST);
const hasFlapped = () => SLIPWAY_HOST === ${JSON.stringify(flapsOn)} && process.uptime() > 4;

createServer((request, response) => {
  if (request.url === '/healthz') return response.writeHead(isSick() || hasFlapped() ? 500 : 200).end();
  response.end(${JSON.stringify(greeting)});
}).listen(Number(PORT), '127.0.0.1');
`;
