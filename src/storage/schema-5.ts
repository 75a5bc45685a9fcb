/** What a person accepted of a workspace's file that is looser than their own settings. */
export const schema5 = `
CREATE TABLE accepted_loosenings (
  path TEXT PRIMARY KEY,         -- of a configuration key
  value TEXT NOT NULL,           -- JSON: holds while the file asks for exactly this
  request_id TEXT NOT NULL REFERENCES requests(id)
) STRICT;
`;
