// Changes over without a lost request, with `run.restart: socket` or `overlap`. Plain Node, no package.
import http from 'node:http';
import net from 'node:net';

const { PORT, LISTEN_FDS, LISTEN_PID, SLIPWAY_INSTANCE, SLIPWAY_RELEASE } = process.env;
let ending = false;

const server = http.createServer((request, response) => {
  // Who answers: with `socket` a host believes no other answer.
  response.setHeader('x-slipway-instance', SLIPWAY_INSTANCE ?? '');
  if (ending) response.setHeader('connection', 'close');
  response.end(SLIPWAY_RELEASE);
});

const isHanded = LISTEN_FDS === '1' && LISTEN_PID === String(process.pid);
server.listen(isHanded ? { fd: 3 } : Number(PORT));

process.on('SIGTERM', () => {
  ending = true;
  // Takes no new connection. Those that are open are still answered, once each; idle ones end after two seconds.
  net.Server.prototype.close.call(server, () => process.exit(0));
  setTimeout(() => server.closeIdleConnections(), 2_000).unref();
});
