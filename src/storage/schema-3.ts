/** What an analysis has used of its budget, and what a workspace's image has beside its own packages. */
export const schema3 = `
ALTER TABLE analyses ADD COLUMN tokens INTEGER NOT NULL DEFAULT 0; -- sent to models and got from them

CREATE TABLE image_packages (
  name TEXT PRIMARY KEY,         -- in the packaging guide's normal form
  version TEXT NOT NULL,
  sha256 TEXT NOT NULL,          -- of the wheel
  wanted INTEGER NOT NULL,       -- 1 where a person asked for it, 0 where another one needs it
  request_id TEXT NOT NULL REFERENCES requests(id)
) STRICT;
`;
