import { Migration } from '@mikro-orm/migrations';

/** How long the host had no instance that is well when it last changed over, as it measured it; in ms. */
export class SwitchGap extends Migration {
  override up(): void {
    this.addSql('alter table host_service add column switch_gap_ms bigint');
  }
}
