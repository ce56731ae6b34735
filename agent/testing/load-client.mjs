/**
 * Asks a service as fast as it is told, through a balancer of a few lines: `node load-client.mjs <ports.json> <per second>
 * <pid file>`. It sends every request to the first port that serves, and reads the file again when it gets SIGHUP, as
 * balancers do. At the end of its input it prints what came of it, as JSON.
 *
 * A request whose connection was used before, and was closed before any answer, is sent once more on a new one: as every
 * client does that keeps connections (RFC 9110 §9.2.2). Nothing else is ever sent twice.
 */
import fs from 'node:fs';
import http from 'node:http';
import { performance } from 'node:perf_hooks';

const [, , portsFile, perSecond, pidFile] = process.argv;
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const answers = {};
const failures = [];
let sent = 0;
let answered = 0;
let slowestMs = 0;
let port = readPort();

function readPort() {
  try {
    return JSON.parse(fs.readFileSync(portsFile, 'utf8')).serving[0]?.port ?? port;
  } catch {
    return port;
  }
}

function ask(again = false, startedAt = performance.now(), to = port) {
  const request = http.get({ host: '127.0.0.1', port: to, path: '/', agent });
  request.setTimeout(30_000, () => request.destroy(new Error('no answer')));
  request.on('response', (response) => {
    let body = '';
    response.setEncoding('utf8').on('data', (text) => (body += text));
    response.on('error', (error) => end(error.code ?? error.message));
    response.on('end', () => end(response.statusCode === 200 ? null : String(response.statusCode), body));
  });
  request.on('error', (error) => {
    if (request.reusedSocket && error.code === 'ECONNRESET' && !again) return ask(true, startedAt);
    end(error.code ?? error.message);
  });
  function end(failure, body) {
    answered++;
    slowestMs = Math.max(slowestMs, performance.now() - startedAt);
    if (failure !== null) failures.push(`${new Date().toISOString()} ${failure}`);
    else answers[body] = (answers[body] ?? 0) + 1;
  }
}

process.on('SIGHUP', () => (port = readPort()));
fs.writeFileSync(pidFile, String(process.pid));
const startedAt = performance.now();
const sending = setInterval(() => {
  const due = ((performance.now() - startedAt) / 1_000) * Number(perSecond);
  while (sent < due) {
    sent++;
    ask();
  }
}, 5);
// Where there is no drain hook, as for a service that can't be changed over without a gap.
const looking = setInterval(() => (port = readPort()), 100);
const counting = setInterval(() => process.stdout.write(`${JSON.stringify({ answered })}\n`), 200);

process.stdin.resume().on('end', () => {
  for (const each of [sending, looking, counting]) clearInterval(each);
  const waiting = setInterval(() => {
    if (answered < sent) return;
    clearInterval(waiting);
    const seconds = (performance.now() - startedAt) / 1_000;
    process.stdout.write(
      `${JSON.stringify({ requests: sent, failed: failures.length, failures: failures.slice(0, 20), answers, slowestMs: Math.round(slowestMs), seconds: Math.round(seconds) })}\n`,
    );
    process.exit(0);
  }, 10);
});
