import { schema1 } from "./schema-1.ts";
import { schema2 } from "./schema-2.ts";
import { schema3 } from "./schema-3.ts";
import { schema4 } from "./schema-4.ts";
import { schema5 } from "./schema-5.ts";
import { schema6 } from "./schema-6.ts";
import { schema7 } from "./schema-7.ts";

/** Numbered from 1 without gaps; a database's `user_version` is the number of the last one that it went through. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** Only ever appended to: a released migration is never changed, a database is never migrated down. */
export const MIGRATIONS: readonly Migration[] = [
  { version: 1, sql: schema1 },
  { version: 2, sql: schema2 },
  { version: 3, sql: schema3 },
  { version: 4, sql: schema4 },
  { version: 5, sql: schema5 },
  { version: 6, sql: schema6 },
  { version: 7, sql: schema7 },
];
