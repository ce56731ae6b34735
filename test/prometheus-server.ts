import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort } from '../infra/local/free-port.ts';
import { patienceMs } from './patience.ts';
import { until } from './crash/run/patience.ts';

/** A real Prometheus that scrapes what the test says, five times a second. */
export interface TestPrometheus {
  readonly url: string;
  /** What the next scrapes find, in Prometheus's text format. */
  expose(text: string): void;
  /** Answers what the server's own API says to an instant query. */
  query(promql: string): Promise<number | null>;
  /** As a power cut would end it. */
  kill(): Promise<void>;
  /** With what it had on disk. */
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function startPrometheus(file: string): Promise<TestPrometheus> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-prometheus-'));
  let exposed = '';
  const exporter = createServer((_, response) => response.end(exposed)).listen(0, '127.0.0.1');
  await once(exporter, 'listening');
  const target = `127.0.0.1:${(exporter.address() as AddressInfo).port}`;
  const config = path.join(folder, 'prometheus.yml');
  await writeFile(config, configOf(target));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const options = [`--config.file=${config}`, `--storage.tsdb.path=${folder}/data`];
    const child = spawn(file, [...options, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], {
      stdio: 'ignore',
    });
    server = child;
    await until('Prometheus is ready', patienceMs, async () => {
      if (child.exitCode !== null) throw new Error(`Prometheus ended with ${child.exitCode}`);
      return (await isReady(url)) || undefined;
    });
  };
  const kill = async (): Promise<void> => {
    if (server === null) return;
    const ended = once(server, 'exit');
    server.kill('SIGKILL');
    await ended;
    server = null;
  };
  await start();
  return {
    url,
    expose: (text) => void (exposed = text),
    query: (promql) => instantly(url, promql),
    kill,
    start,
    close: async () => {
      await kill();
      exporter.close();
      exporter.closeAllConnections();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const configOf = (target: string): string => `global: { scrape_interval: 200ms, scrape_timeout: 200ms }
scrape_configs:
  - job_name: test
    static_configs: [{ targets: ['${target}'] }]
`;

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/-/ready`).then(
    ({ ok }) => ok,
    () => false,
  );

async function instantly(url: string, promql: string): Promise<number | null> {
  const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`);
  const { data } = (await response.json()) as { data: { result: readonly { value: [number, string] }[] } };
  const value = data.result[0]?.value[1];
  return value === undefined ? null : Number(value);
}
