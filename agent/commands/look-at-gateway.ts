import http from 'node:http';
import https from 'node:https';
import { isClockOff } from '../../domain/host/clock-skew.ts';
import { ageText } from './age-text.ts';
import { ill, well, type Finding } from './finding.ts';

const timeoutMs = 5_000;

/** Of each whether it answers, whatever it says, and how far this clock is from that of the first that does. */
export async function lookAtGateways(gateways: readonly URL[]): Promise<readonly Finding[]> {
  const looks = await Promise.all(gateways.map(lookAtGateway));
  const first = looks.find(({ isThere }) => isThere);
  const others = first === undefined ? 'What runs goes on, and a rollback works' : 'The agent uses another';
  const findings = looks.map(({ said, isThere }) =>
    isThere ? well('gateway', said) : ill('gateway', said, `${others}; look at network, proxy and SLIPWAY_GATEWAY_URL`),
  );
  return first === undefined ? findings : [...findings, lookAtClock(first.date)];
}

interface GatewayLook {
  readonly said: string;
  readonly isThere: boolean;
  readonly date: string | null;
}

async function lookAtGateway(gateway: URL): Promise<GatewayLook> {
  const startedAt = performance.now();
  try {
    const date = await askDate(gateway);
    const tookMs = Math.round(performance.now() - startedAt);
    return { said: `${gateway.href} answers, ${tookMs} ms`, isThere: true, date };
  } catch (error) {
    return { said: `${gateway.href} does not answer: ${(error as Error).message}`, isThere: false, date: null };
  }
}

function lookAtClock(date: string | null): Finding {
  const offMs = date === null ? NaN : Date.now() - Date.parse(date);
  if (Number.isNaN(offMs))
    return ill('clock', 'the gateway does not say what time it is', 'Compare it with another clock');
  const text = `${ageText(Math.abs(offMs))} ${offMs < 0 ? 'behind' : 'ahead of'} the gateway`;
  return !isClockOff(offMs)
    ? well('clock', `within ${ageText(Math.abs(offMs) + 1_000)} of the gateway`)
    : ill('clock', text, 'Set it right: an agent that is ahead takes goals for expired');
}

function askDate(gateway: URL): Promise<string | null> {
  const send = gateway.protocol === 'https:' ? https.request : http.request;
  return new Promise((resolve, reject) => {
    // Who it is, is not asked: nothing that it says is believed here, but shown.
    const options = { method: 'GET', agent: false, timeout: timeoutMs, rejectUnauthorized: false };
    const request = send(gateway, options, (response) => {
      response.resume();
      resolve(response.headers.date ?? null);
    });
    request.on('timeout', () => request.destroy(new Error(`no answer in ${timeoutMs / 1_000} s`)));
    request.on('error', (error: NodeJS.ErrnoException) => reject(new Error(error.code ?? error.message)));
    request.end();
  });
}
