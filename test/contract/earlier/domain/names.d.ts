export type * from '../../../../domain/names.ts';
