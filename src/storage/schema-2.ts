/** Who finds out what became of a run whose process died: one process at a time, and another where that one dies too. */
export const schema2 = `
CREATE TABLE recoveries (
  token TEXT PRIMARY KEY REFERENCES claims(token),
  owner TEXT NOT NULL            -- the process, as in claims
) STRICT;
`;
