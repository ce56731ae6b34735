import http from 'node:http';
import net from 'node:net';
import { createInterface } from 'node:readline';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { KeeperAnswer, KeeperRequest, KeeperStatus, KeptInstance } from '../../keeper/keeper-status.ts';
import { identify } from '../../process-identity.ts';

type Start = Extract<KeeperRequest, { readonly do: 'start' }>;

/** What one instance was started with, as a process would show it. */
export type Started = Pick<Start, 'release' | 'cwd' | 'argv' | 'env'>;

/** Whether an instance of it is well; asked at each look. */
export type HealthOf = (release: string) => number;

/**
 * A keeper that outlives the agents of a test, in their process: it speaks keeper.mjs' protocol over the same socket. Its
 * instance is an HTTP server that answers as the release would.
 */
export class StandInKeeper {
  readonly starts: Started[] = [];
  /** Grows whenever something became of an instance. */
  changes = 0;
  readonly #server = net.createServer((socket) => this.#serve(socket));
  readonly #watchers = new Set<net.Socket>();
  readonly #healthOf: HealthOf;
  #instance: KeptInstance | null = null;
  #http: http.Server | null = null;

  constructor(healthOf: HealthOf) {
    this.#healthOf = healthOf;
  }

  /** What runs now. */
  get running(): (Started & { readonly instance: KeptInstance }) | null {
    const started = this.starts.at(-1);
    if (this.#instance === null || this.#instance.exit !== null || started === undefined) return null;
    return { ...started, instance: this.#instance };
  }

  async listen(keeper: string): Promise<void> {
    mkdirSync(keeper, { recursive: true, mode: 0o700 });
    const socket = path.join(keeper, 'keeper.sock');
    rmSync(socket, { force: true });
    await new Promise<void>((resolve) => this.#server.listen(socket, resolve));
  }

  /** Goes on with an instance that was started earlier. */
  async takeOver(started: Started, instance: Pick<KeptInstance, 'id' | 'port'>): Promise<void> {
    await this.#run({ ...started, ...instance });
  }

  /** As when the machine lost its power. */
  async end(): Promise<void> {
    await this.#stop('ended with the machine');
    for (const watcher of this.#watchers) watcher.destroy();
    this.#server.close();
  }

  #serve(socket: net.Socket): void {
    socket.on('error', () => undefined);
    socket.once('close', () => this.#watchers.delete(socket));
    createInterface({ input: socket })
      .on('line', (line) => void this.#answer(socket, JSON.parse(line) as KeeperRequest))
      .on('error', () => undefined);
  }

  async #answer(socket: net.Socket, request: KeeperRequest): Promise<void> {
    if (request.do === 'watch') this.#watchers.add(socket);
    if (request.do === 'start' && this.running !== null)
      return this.#send(socket, { ok: false, code: 'running', reason: 'one runs' });
    if (request.do === 'start') await this.#run(request);
    if (request.do === 'stop' || request.do === 'end') await this.#stop('ended by SIGTERM');
    this.#send(socket, { ok: true, status: this.#status() });
  }

  async #run(start: Started & Pick<KeptInstance, 'id' | 'port'>): Promise<void> {
    const { id, port, release, cwd, argv, env } = start;
    this.starts.push({ release, cwd, argv, env });
    const server = http.createServer((_, response) => response.writeHead(this.#healthOf(release)).end());
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    this.#http = server;
    this.#change({ id, port, release, process: identify(process.pid), startedAtMs: Date.now(), exit: null });
  }

  async #stop(how: string): Promise<void> {
    const server = this.#http;
    if (this.#instance === null || server === null) return;
    this.#http = null;
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    this.#change({ ...this.#instance, exit: { code: null, signal: 'SIGTERM', how, atMs: Date.now() } });
  }

  #change(instance: KeptInstance): void {
    this.#instance = instance;
    this.changes += 1;
    for (const watcher of this.#watchers) this.#send(watcher, { ok: true, status: this.#status() });
  }

  #status(): KeeperStatus {
    return { protocol: 1, keeper: identify(process.pid)!, droppedLogBytes: 0, instance: this.#instance };
  }

  #send(socket: net.Socket, answer: KeeperAnswer): void {
    if (socket.writable) socket.write(`${JSON.stringify(answer)}\n`);
  }
}
