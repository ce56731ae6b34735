import { Migration } from '@mikro-orm/migrations';

export class InitialSchema extends Migration {
  override up(): void {
    this.addSql(schema);
  }
}

const schema = `
create table api_token (
  hash text not null,
  person text not null,
  roles jsonb not null,
  created_at timestamptz(3) not null,
  revoked_at timestamptz(3) null,
  primary key (hash)
);
create index api_token_person on api_token (person);
create table audit (
  sequence bigint not null,
  at timestamptz(3) not null,
  actor text not null,
  verb text not null,
  object text not null,
  detail jsonb not null,
  key text not null,
  previous_hash text not null,
  hash text not null,
  primary key (sequence)
);
create index audit_object on audit (object);
alter table audit add constraint audit_key unique (key);
create table delivery (
  id bigserial primary key,
  guid text not null,
  event text not null,
  outcome text not null,
  reason text null,
  received_at timestamptz(3) not null
);
create index delivery_received_at on delivery (received_at);
create table region (
  name text not null,
  token_hash text not null,
  added_at timestamptz(3) not null,
  primary key (name)
);
alter table region add constraint region_token_hash_unique unique (token_hash);
create table region_summary (
  region text not null,
  service text not null,
  sequence bigint not null,
  summary jsonb not null,
  at timestamptz(3) not null,
  received_at timestamptz(3) not null,
  primary key (region, service)
);
create table service (
  name text not null,
  repository text not null,
  clone_url text not null,
  folder text not null,
  branch text not null,
  owners jsonb not null,
  holder int null,
  next_deployment int not null default 1,
  next_release int not null default 1,
  lock jsonb null,
  current_release int null,
  added_at timestamptz(3) not null,
  primary key (name)
);
create index service_repository_index on service (repository);
create table release (
  service text not null,
  number int not null,
  commit text not null,
  subject text not null,
  author text not null,
  pusher text not null,
  state text not null,
  digest text null,
  config_digest text null,
  spec jsonb null,
  total_bytes bigint null,
  files int null,
  created_at timestamptz(3) not null,
  primary key (service, number)
);
create table region_outcome (
  service text not null,
  region text not null,
  deployment int not null,
  outcome text not null,
  pending boolean not null default false,
  primary key (service, region, deployment)
);
create table obligation (
  service text not null,
  region text not null,
  deployment int not null,
  local int not null,
  kind text not null,
  generation bigint not null,
  control_revision int not null,
  reason text not null,
  recorded_at timestamptz(3) not null,
  primary key (service, region, deployment)
);
create table inbox (
  id bigserial primary key,
  service text not null,
  delivery_key text not null,
  payload jsonb not null,
  traceparent text null,
  received_at timestamptz(3) not null,
  delivered_at timestamptz(3) null,
  deployment int null,
  finished_at timestamptz(3) null,
  refusal text null
);
create index inbox_unfinished on inbox (service, id) where finished_at is null;
alter table inbox add constraint inbox_delivery_key unique (service, delivery_key);
create table deployment (
  service text not null,
  number int not null,
  kind text not null,
  release int not null,
  key text not null,
  source jsonb not null,
  state text not null,
  stage text null,
  sequence int not null default 0,
  regions jsonb not null,
  approvals jsonb null,
  waiting text null,
  held boolean not null default false,
  paused boolean not null default false,
  outcome text null,
  reason text null,
  pending jsonb not null,
  point_of_no_return boolean not null default false,
  opened_at timestamptz(3) not null,
  started_at timestamptz(3) null,
  ended_at timestamptz(3) null,
  traceparent text null,
  primary key (service, number)
);
create index deployment_open on deployment (service, number) where outcome is null;
alter table deployment add constraint deployment_key unique (service, key);
create table admission (
  digest text not null,
  service text not null,
  release int not null,
  deployment int not null,
  regions jsonb not null,
  approvers jsonb not null,
  evidence text not null,
  envelope text not null,
  admitted_at timestamptz(3) not null,
  primary key (digest)
);
alter table admission add constraint admission_evidence unique (service, release, evidence);
create table service_region (
  service text not null,
  region text not null,
  intent jsonb not null,
  intended_at timestamptz(3) not null,
  centre_generation bigint not null default '0',
  written_deployment int not null default 0,
  release int null,
  primary key (service, region)
);
alter table region_summary add constraint region_summary_region_foreign foreign key (region) references region (name) on update no action on delete no action;
alter table release add constraint release_service_foreign foreign key (service) references service (name) on update no action on delete no action;
alter table region_outcome add constraint region_outcome_service_foreign foreign key (service) references service (name) on update no action on delete no action;
alter table region_outcome add constraint region_outcome_region_foreign foreign key (region) references region (name) on update no action on delete no action;
alter table obligation add constraint obligation_service_foreign foreign key (service) references service (name) on update no action on delete no action;
alter table obligation add constraint obligation_region_foreign foreign key (region) references region (name) on update no action on delete no action;
alter table inbox add constraint inbox_service_foreign foreign key (service) references service (name) on update no action on delete no action;
alter table deployment add constraint deployment_service_foreign foreign key (service) references service (name) on update no action on delete no action;
alter table admission add constraint admission_service_foreign foreign key (service) references service (name) on update no action on delete no action;
alter table service_region add constraint service_region_service_foreign foreign key (service) references service (name) on update no action on delete no action;
alter table service_region add constraint service_region_region_foreign foreign key (region) references region (name) on update no action on delete no action;
`;
