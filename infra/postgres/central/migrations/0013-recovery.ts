import { Migration } from '@mikro-orm/migrations';

/** What the centre has to know of a deployment whose workflow is gone. */
export class Recovery extends Migration {
  override up(): void {
    this.addSql('alter table deployment add column plan_digest text null, add column stop jsonb null');
  }
}
