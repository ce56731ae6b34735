import { Migration } from '@mikro-orm/migrations';

/** Roles by person, team and service; teams; and approvals that people went past. */
export class Access extends Migration {
  override up(): void {
    this.addSql(`
create table role_grant (
  holder text not null,
  role text not null,
  service text not null,
  granted_by text not null,
  granted_at timestamptz(3) not null,
  primary key (holder, role, service)
);
create table team_member (
  team text not null,
  person text not null,
  added_by text not null,
  added_at timestamptz(3) not null,
  primary key (team, person)
);
create index team_member_person on team_member (person);
create table broken_glass (
  service text not null,
  deployment int not null,
  stage text not null,
  broken jsonb not null,
  excluded jsonb not null,
  review text not null,
  broken_at timestamptz(3) not null,
  reviewed_by text null,
  reviewed_at timestamptz(3) null,
  review_reason text null,
  primary key (service, deployment, stage)
);
create index broken_glass_unreviewed on broken_glass (service, deployment) where review = 'wanted';
alter table broken_glass add constraint broken_glass_service_foreign foreign key (service) references service (name) on update no action on delete no action;
`);
  }
}
