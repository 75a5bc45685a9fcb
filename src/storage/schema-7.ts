/** Where the ledger ends, signed as each row is added, and its rows about settings that a person accepted, for who looks for them. */
export const schema7 = `
CREATE TABLE ledger_head (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  seq INTEGER NOT NULL,
  hash TEXT NOT NULL,
  signature TEXT NOT NULL        -- Ed25519 over seq and hash
) STRICT;
CREATE INDEX ledger_of_settings ON ledger(seq) WHERE type IN ('accepted', 'taken-back', 'database-replaced');
`;
