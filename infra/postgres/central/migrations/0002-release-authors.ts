import { Migration } from '@mikro-orm/migrations';

/** A merge brings the commits of several persons: one author becomes a list of them, wherever one stood. */
export class ReleaseAuthors extends Migration {
  override up(): void {
    this.addSql(`
alter table release add column authors jsonb;
update release set authors = jsonb_build_array(author);
alter table release alter column authors set not null, drop column author;
update deployment set source = ${authorsOf('source')} where jsonb_exists(source, 'author');
update inbox set payload = jsonb_set(payload, '{source}', ${authorsOf("payload->'source'")}) where jsonb_exists(payload->'source', 'author');
`);
  }
}

const authorsOf = (source: string): string =>
  `(${source}) - 'author' || jsonb_build_object('authors', jsonb_build_array(${source}->'author'))`;
