import { appendFile, mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { core } from '@opentelemetry/sdk-node';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import { spanRecord } from './span-record.ts';

type ExportDone = Parameters<SpanExporter['export']>[1];

/** 32 MiB hold about 60,000 spans; with the file before it, twice that is kept. */
const defaultCapBytes = 32 * 1024 * 1024;

/**
 * Appends finished spans to a file, a JSON line each. At the cap the file becomes `<file>.1`, in place of the one that
 * had that name. A full disk costs spans, never the program.
 */
export class FileSpanExporter implements SpanExporter {
  readonly #file: string;
  readonly #capBytes: number;
  #sizeBytes: number | null = null;
  #last: Promise<void> = Promise.resolve();

  constructor(file: string, capBytes = defaultCapBytes) {
    this.#file = file;
    this.#capBytes = capBytes;
  }

  export(spans: ReadableSpan[], done: ExportDone): void {
    const lines = spans.map((span) => `${JSON.stringify(spanRecord(span))}\n`).join('');
    this.#last = this.#last
      .then(() => this.#append(lines))
      .then(
        () => done({ code: core.ExportResultCode.SUCCESS }),
        (error: Error) => done({ code: core.ExportResultCode.FAILED, error }),
      );
  }

  async forceFlush(): Promise<void> {
    await this.#last;
  }

  async shutdown(): Promise<void> {
    await this.#last;
  }

  async #append(lines: string): Promise<void> {
    this.#sizeBytes ??= await this.#open();
    if (this.#sizeBytes > this.#capBytes) {
      await rename(this.#file, `${this.#file}.1`);
      this.#sizeBytes = 0;
    }
    await appendFile(this.#file, lines);
    this.#sizeBytes += Buffer.byteLength(lines);
  }

  async #open(): Promise<number> {
    await mkdir(path.dirname(this.#file), { recursive: true });
    return stat(this.#file).then(
      ({ size }) => size,
      () => 0,
    );
  }
}
