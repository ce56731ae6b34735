import { Migration } from '@mikro-orm/migrations';

export class LocalActs extends Migration {
  override up(): void {
    this.addSql(`
      create table local_act (
        id uuid primary key, number bigint not null, verb text not null, by text not null,
        reason text not null, at timestamptz not null default clock_timestamp(), service text, host text, goal jsonb,
        change text, told_at timestamptz,
        constraint local_act_number_unique unique (number)
      )`);
  }
}
