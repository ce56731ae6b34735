import { isTeam, writtenHolder } from '../../domain/access/right.ts';
import { isName } from '../../domain/names.ts';
import { personField } from './people.ts';

/** A person, `lin`, or all members of a team, `team:payments`. */
export const holderField = personField
  .overwrite(writtenHolder)
  .refine(
    (holder) => (isTeam(holder) ? isName(holder.slice('team:'.length)) : holder !== '' && !holder.includes(':')),
    'must be a person, or team: and the name of a team',
  );
