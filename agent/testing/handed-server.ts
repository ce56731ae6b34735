/** As docs/how-to/restart-without-downtime.md has it. */
export const handedServer = `
import http from 'node:http';
import net from 'node:net';
const { PORT, LISTEN_FDS, LISTEN_PID, SLIPWAY_INSTANCE, SLIPWAY_RELEASE } = process.env;
let ending = false;
const server = http.createServer((request, response) => {
  response.setHeader('x-slipway-instance', SLIPWAY_INSTANCE);
  if (ending) response.setHeader('connection', 'close');
  response.end(SLIPWAY_RELEASE);
});
const handed = LISTEN_FDS === '1' && LISTEN_PID === String(process.pid);
server.listen(handed ? { fd: 3 } : Number(PORT));
process.on('SIGTERM', () => {
  ending = true;
  net.Server.prototype.close.call(server, () => process.exit(0));
  setTimeout(() => server.closeIdleConnections(), 2_000).unref();
});
`;
