import { Migration } from '@mikro-orm/migrations';

/** Which run of a lane was seen last, so that people hear of one that somebody closed in Temporal. */
export class LaneRuns extends Migration {
  override up(): void {
    this.addSql('alter table service add column lane_run text null;');
  }
}
