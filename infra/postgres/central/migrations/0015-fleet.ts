import { Migration } from '@mikro-orm/migrations';

/** Who may deploy now over all services: slots, freezes, and who passes them in an emergency. */
export class Fleet extends Migration {
  override up(): void {
    this.addSql(`
create table fleet_freeze (
  number serial primary key,
  key text not null,
  kind text not null,
  owner text not null,
  reason text not null,
  policy text not null,
  services jsonb not null,
  regions jsonb not null,
  recurrence jsonb not null,
  added_at timestamptz(3) not null,
  ended_at timestamptz(3) null,
  ended_by text null,
  ended_because text null
);
alter table fleet_freeze add constraint fleet_freeze_key unique (key);
create index fleet_freeze_open on fleet_freeze (number) where ended_at is null;
create table fleet_slot (
  service text not null,
  deployment int not null,
  request_id text not null,
  regions jsonb not null,
  asked_at timestamptz(3) not null,
  granted_at timestamptz(3) null,
  freed_at timestamptz(3) null,
  wait jsonb null,
  kept_by jsonb not null,
  primary key (service, deployment)
);
alter table fleet_slot add constraint fleet_slot_service_foreign foreign key (service) references service (name) on update no action on delete no action;
create index fleet_slot_open on fleet_slot (service, deployment) where freed_at is null;
alter table deployment add column pass jsonb null;
`);
  }
}
