import { createServer } from 'node:http';

const { PORT, SLIPWAY_RELEASE, SLIPWAY_HOST } = process.env;

createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok\n');
  response.end(`hello from ${SLIPWAY_HOST}, running ${SLIPWAY_RELEASE}\n`);
}).listen(Number(PORT), '127.0.0.1');
