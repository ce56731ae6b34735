import { Migration } from '@mikro-orm/migrations';

/** What hooks of a deployment did and printed, and what its undo has left for a person. */
export class HooksOfDeployments extends Migration {
  override up(): void {
    this.addSql(`
alter table deployment add column not_undone jsonb null;
create table hook_run (
  service text not null,
  deployment int not null,
  place text not null,
  does text not null,
  moment text not null,
  region text null,
  index int not null,
  command text not null,
  state text not null,
  why text null,
  sequence int not null,
  started_at timestamptz(3) not null,
  ended_at timestamptz(3) null,
  log jsonb null,
  primary key (service, deployment, place, does)
);
alter table hook_run add constraint hook_run_service_foreign foreign key (service) references service (name) on update no action on delete no action;
`);
  }
}
