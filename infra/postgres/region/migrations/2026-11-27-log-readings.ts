import { Migration } from '@mikro-orm/migrations';

/** Output on its way from a host to who reads it: unlogged, because none of it is to be kept. */
export class LogReadings extends Migration {
  override up(): void {
    this.addSql(`
      create table log_reading (
        id uuid primary key, service text not null, hosts jsonb not null, why text, lines int not null,
        follow boolean not null, expires_at timestamptz not null
      )`);
    this.addSql(`
      create unlogged table log_chunk (
        reading uuid not null, host text not null, sequence bigint not null, text text not null, gap boolean not null,
        ended text, primary key (reading, host, sequence)
      )`);
  }
}
