/**
 * Approvals first: what may change is said here and not in the code that changes it, so that a mistake there (or another
 * process of another version) aborts instead of running something twice. `transitions` is filled from `approval/transitions.ts`.
 */
const approvals = `
CREATE TABLE transitions (
  from_state TEXT NOT NULL,
  to_state TEXT NOT NULL,
  PRIMARY KEY (from_state, to_state)
) STRICT, WITHOUT ROWID;

CREATE TABLE requests (
  id TEXT PRIMARY KEY,
  key TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  action TEXT NOT NULL,          -- canonical JSON, as asked for; never changed
  hash TEXT NOT NULL,
  assessment TEXT NOT NULL,
  judgement TEXT NOT NULL,
  context TEXT NOT NULL,
  rules TEXT NOT NULL,           -- how many decisions, by whom
  created_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  amended_by TEXT REFERENCES decisions(id),
  claim_token TEXT REFERENCES claims(token),
  changed INTEGER NOT NULL UNIQUE  -- grows with every change, so that another process finds what it has not seen
) STRICT;
CREATE INDEX requests_by_state ON requests(state, created_at);
CREATE INDEX requests_by_age ON requests(created_at);

CREATE TRIGGER requests_begin BEFORE INSERT ON requests WHEN NEW.state <> 'requested'
BEGIN SELECT RAISE(ABORT, 'a request begins as requested'); END;

CREATE TRIGGER requests_move BEFORE UPDATE OF state ON requests
WHEN NOT EXISTS (SELECT 1 FROM transitions WHERE from_state = OLD.state AND to_state = NEW.state)
BEGIN SELECT RAISE(ABORT, 'this state may not follow that one'); END;

CREATE TRIGGER requests_are_approved_by_a_decision BEFORE UPDATE OF state ON requests
WHEN NEW.state IN ('approved', 'approved-edited') AND NOT EXISTS (SELECT 1 FROM decisions WHERE request_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'nothing is approved without a decision'); END;

CREATE TRIGGER requests_are_claimed_by_their_claim BEFORE UPDATE OF state ON requests
WHEN NEW.state IN ('claimed', 'started')
  AND NOT EXISTS (SELECT 1 FROM claims WHERE token = NEW.claim_token AND request_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'nothing starts without a claim of its own'); END;

CREATE TRIGGER requests_are_what_was_asked
BEFORE UPDATE OF id, key, kind, subject, action, hash, assessment, judgement, context, rules, created_at, expires_at ON requests
BEGIN SELECT RAISE(ABORT, 'a request never changes what it asks'); END;

CREATE TRIGGER requests_are_amended_once BEFORE UPDATE OF amended_by ON requests
WHEN OLD.amended_by IS NOT NULL OR OLD.state <> 'requested' OR NEW.state <> 'approved-edited'
BEGIN SELECT RAISE(ABORT, 'only the decision that approves an edit amends'); END;

CREATE TRIGGER requests_stay BEFORE DELETE ON requests
BEGIN SELECT RAISE(ABORT, 'requests are kept'); END;

CREATE TABLE decisions (
  id TEXT PRIMARY KEY,
  request_id TEXT NOT NULL REFERENCES requests(id),
  seq INTEGER NOT NULL,          -- 1 for the first decision of its request
  verdict TEXT NOT NULL,
  decided_by TEXT NOT NULL,      -- person | grant | policy
  person TEXT,                   -- who, and how that is known
  comment TEXT,
  hash TEXT NOT NULL,            -- of the action decided about
  action TEXT,                   -- the amended action, where an edit was approved
  assessment TEXT,               -- as a person approved it; the policy's is the request's
  decided_at INTEGER NOT NULL,
  UNIQUE (request_id, seq)
) STRICT;
CREATE TRIGGER decisions_are_final BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are kept as they were made'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are kept as they were made'); END;

CREATE TABLE claims (
  token TEXT PRIMARY KEY,
  request_id TEXT NOT NULL REFERENCES requests(id),
  hash TEXT NOT NULL,
  claimed_by TEXT NOT NULL,      -- person | grant | policy
  owner TEXT NOT NULL,           -- the process: pid, boot, start time
  claimed_at INTEGER NOT NULL,
  started_at INTEGER
) STRICT;
CREATE INDEX claims_by_request ON claims(request_id);
CREATE TRIGGER claims_start_once BEFORE UPDATE ON claims
WHEN OLD.started_at IS NOT NULL OR NEW.token <> OLD.token OR NEW.request_id <> OLD.request_id
  OR NEW.hash <> OLD.hash OR NEW.claimed_by <> OLD.claimed_by OR NEW.owner <> OLD.owner
BEGIN SELECT RAISE(ABORT, 'a claim only starts, once'); END;
CREATE TRIGGER claims_stay BEFORE DELETE ON claims
BEGIN SELECT RAISE(ABORT, 'claims are kept'); END;

CREATE TABLE outcomes (
  request_id TEXT PRIMARY KEY REFERENCES requests(id),
  state TEXT NOT NULL,
  outcome TEXT NOT NULL,
  committed_at INTEGER NOT NULL
) STRICT;
CREATE TRIGGER outcomes_are_final BEFORE UPDATE ON outcomes
BEGIN SELECT RAISE(ABORT, 'outcomes are final'); END;
CREATE TRIGGER outcomes_stay BEFORE DELETE ON outcomes
BEGIN SELECT RAISE(ABORT, 'outcomes are final'); END;

CREATE TABLE drafts (
  request_id TEXT PRIMARY KEY REFERENCES requests(id),
  text TEXT NOT NULL,
  saved_at INTEGER NOT NULL
) STRICT;

CREATE TABLE ledger (
  seq INTEGER PRIMARY KEY,       -- from 1, without gaps
  at INTEGER NOT NULL,
  type TEXT NOT NULL,
  request_id TEXT NOT NULL,
  body TEXT NOT NULL,            -- canonical JSON
  previous TEXT NOT NULL,
  hash TEXT NOT NULL UNIQUE
) STRICT;
CREATE INDEX ledger_by_request ON ledger(request_id);
CREATE TRIGGER ledger_grows_at_its_head BEFORE INSERT ON ledger
WHEN NEW.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
  OR NEW.previous <> coalesce((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'the ledger grows at its head'); END;
CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_is_never_cut BEFORE DELETE ON ledger
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
`;

const agent = `
CREATE TABLE analyses (
  id TEXT PRIMARY KEY,
  question TEXT NOT NULL,
  model TEXT NOT NULL,           -- its name, for people
  state TEXT NOT NULL,
  stage TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  waiting_for TEXT,
  answer TEXT,
  error TEXT,                    -- ErrorRecord as JSON
  notebook TEXT,
  run_folder TEXT
) STRICT;
CREATE INDEX analyses_by_age ON analyses(created_at);

CREATE TABLE threads (
  thread TEXT PRIMARY KEY,
  analysis_id TEXT NOT NULL REFERENCES analyses(id) ON DELETE CASCADE,
  state TEXT NOT NULL            -- open | ended
) STRICT;
CREATE INDEX threads_by_analysis ON threads(analysis_id, state);

CREATE TABLE leases (
  thread TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  token TEXT NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT;

CREATE TABLE checkpoints (
  thread_id TEXT NOT NULL,
  checkpoint_ns TEXT NOT NULL DEFAULT '',
  checkpoint_id TEXT NOT NULL,
  parent_checkpoint_id TEXT,
  type TEXT NOT NULL,
  checkpoint BLOB NOT NULL,
  metadata BLOB NOT NULL,
  PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id)
) STRICT;

-- A channel's value under the version it got it with: what a superstep left unchanged is not written again.
CREATE TABLE channel_values (
  thread_id TEXT NOT NULL,
  checkpoint_ns TEXT NOT NULL,
  channel TEXT NOT NULL,
  version TEXT NOT NULL,
  type TEXT NOT NULL,
  value BLOB NOT NULL,
  PRIMARY KEY (thread_id, checkpoint_ns, channel, version)
) STRICT;

CREATE TABLE writes (
  thread_id TEXT NOT NULL,
  checkpoint_ns TEXT NOT NULL DEFAULT '',
  checkpoint_id TEXT NOT NULL,
  task_id TEXT NOT NULL,
  idx INTEGER NOT NULL,
  task_path TEXT NOT NULL DEFAULT '',
  channel TEXT NOT NULL,
  type TEXT,
  value BLOB,
  PRIMARY KEY (thread_id, checkpoint_ns, checkpoint_id, task_id, idx)
) STRICT;

CREATE TABLE questions (
  question TEXT PRIMARY KEY,
  asked_at INTEGER NOT NULL
) STRICT;
CREATE INDEX questions_by_age ON questions(asked_at);
`;

const memory = `
CREATE TABLE memory_entries (
  id TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  text TEXT NOT NULL,
  analysis_id TEXT NOT NULL,
  request_id TEXT NOT NULL UNIQUE,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX memory_entries_by_age ON memory_entries(created_at);
`;

/** The first schema: approvals, the agent's position and history, memory. Times are milliseconds since the epoch. */
export const schema1 = approvals + agent + memory;
