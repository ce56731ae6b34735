import { Migration } from '@mikro-orm/migrations';

/**
 * The audit is asked for one object's pages, newest first, for all objects of a service, and for one object's records of
 * some kinds. The index on the object alone made the first sort and the last read every record of the object; and in a
 * database whose order is not C's it could not find the beginning of a name.
 */
export class AuditOfAnObject extends Migration {
  override up(): void {
    this.addSql('drop index audit_object');
    this.addSql('create index audit_object on audit (object text_pattern_ops, sequence)');
    this.addSql('create index audit_object_verb on audit (object, verb)');
  }
}
