import { Migration } from '@mikro-orm/migrations';

export class HeldGoals extends Migration {
  override up(): void {
    this.addSql(
      'create table held_goal (host text primary key, goals jsonb not null, shown_at timestamptz not null default now())',
    );
  }
}
