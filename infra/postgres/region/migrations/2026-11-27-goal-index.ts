import { Migration } from '@mikro-orm/migrations';

export class GoalIndexTable extends Migration {
  override up(): void {
    this.addSql(`
      create table goal_index (
        region text primary key, version bigint not null, envelope jsonb, signed_at timestamptz not null
      )`);
    this.addSql('alter table host add column index_version bigint not null default 0, add column root_version int');
  }
}
