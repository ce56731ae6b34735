import { Migration } from '@mikro-orm/migrations';

/** Output on its way to who reads it: unlogged, because none of it is to be kept. That it was read is in the audit. */
export class LogReadings extends Migration {
  override up(): void {
    this.addSql(`
create table log_reading (
  id uuid not null primary key,
  service text not null,
  region text not null,
  host text null,
  every boolean not null,
  lines int not null,
  follow boolean not null,
  asked_by text not null,
  key text not null,
  hosts jsonb null,
  why text null,
  expires_at timestamptz(3) not null,
  constraint log_reading_key_unique unique (key)
);
create unlogged table log_chunk (
  reading uuid not null,
  host text not null,
  sequence bigint not null,
  text text not null,
  gap boolean not null,
  ended text null,
  primary key (reading, host, sequence)
);
`);
  }
}
