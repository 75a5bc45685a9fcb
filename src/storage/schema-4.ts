/** Rules that a person set about runs to come. */
export const schema4 = `
CREATE TABLE grants (
  id TEXT PRIMARY KEY,
  scope TEXT NOT NULL,           -- code | analysis | workspace
  kind TEXT NOT NULL,            -- of action
  effects TEXT NOT NULL,         -- canonical JSON: what they may do, sorted
  isolation TEXT NOT NULL,       -- canonical JSON: where they must run
  text_hash TEXT,                -- of exactly this code
  analysis_id TEXT,              -- of this analysis only
  request_id TEXT NOT NULL REFERENCES requests(id), -- with whose approval it was made
  person TEXT NOT NULL,          -- who, and how that is known
  granted_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  revoked_at INTEGER
) STRICT;
ALTER TABLE decisions ADD COLUMN grant_id TEXT REFERENCES grants(id); -- where a grant decided
CREATE INDEX decisions_by_grant ON decisions(grant_id) WHERE grant_id IS NOT NULL;
CREATE TRIGGER grants_are_only_revoked BEFORE UPDATE ON grants
WHEN OLD.revoked_at IS NOT NULL OR NEW.id <> OLD.id OR NEW.scope <> OLD.scope OR NEW.kind <> OLD.kind
  OR NEW.effects <> OLD.effects OR NEW.isolation <> OLD.isolation OR NEW.text_hash IS NOT OLD.text_hash
  OR NEW.analysis_id IS NOT OLD.analysis_id OR NEW.request_id <> OLD.request_id OR NEW.person <> OLD.person
  OR NEW.granted_at <> OLD.granted_at OR NEW.expires_at <> OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'a grant is only revoked, once'); END;
CREATE TRIGGER grants_stay BEFORE DELETE ON grants
BEGIN SELECT RAISE(ABORT, 'grants are kept'); END;
`;
