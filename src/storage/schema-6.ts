/** Runs that a person cancelled while they were at work, in whichever window: whoever has them stops them. */
export const schema6 = `
CREATE TABLE cancellations (
  request_id TEXT PRIMARY KEY REFERENCES requests(id),
  asked_at INTEGER NOT NULL
) STRICT;
`;
