import { Migration } from '@mikro-orm/migrations';

/** What a lane still has to see to, and successes that brought a release to some of the regions only. */
export class LanesFollowUp extends Migration {
  override up(): void {
    this.addSql(`
alter table service add column rollback jsonb null;
alter table deployment add column partial boolean not null default false;
`);
  }
}
