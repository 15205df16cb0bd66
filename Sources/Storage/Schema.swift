/// The tables, as steps from an empty file to today's. A step that was released is never changed: a new one follows it.
enum Schema {
  static let steps = [
    first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, figures, others, figuresAgain,
    codeChanges, longStretches, customersAgain, figuresByEvent, shifts, shortPastThreshold, waitsForAgents, rivals,
    destination,
  ]

  /// Carries out the steps that the file has not seen (`user_version` counts them), each whole or not at all.
  static func bring(_ connection: Connection, upTo steps: [String], path: String) throws(StorageError) {
    let mode = try connection.rows("PRAGMA journal_mode = WAL") { $0.text(0) }.first
    guard mode == "wal" else { throw .refused(path: path, reason: "its file system cannot do write-ahead logging") }
    try connection.execute("BEGIN IMMEDIATE")
    do throws(StorageError) {
      let found = Int(try connection.rows("PRAGMA user_version") { $0.integer(0) }.first ?? 0)
      guard found <= steps.count else { throw StorageError.newerSchema(path: path, found: found, known: steps.count) }
      let tables = try connection.rows("SELECT count(*) FROM sqlite_schema") { $0.integer(0) }.first ?? 0
      guard found > 0 || tables == 0 else {
        throw StorageError.refused(path: path, reason: "it is the database of another program")
      }
      for step in steps[max(0, found)...] { try connection.execute(step) }
      try connection.execute("PRAGMA user_version = \(steps.count)")
      try connection.execute("COMMIT")
    } catch {
      if connection.isInTransaction { try? connection.execute("ROLLBACK") }
      throw error
    }
  }

  /// `…_wall` is in milliseconds since 1970, `…_monotonic` in nanoseconds of the clock of the run that wrote it.
  private static let first = """
    CREATE TABLE counters (name TEXT NOT NULL PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;

    CREATE TABLE customers (
      id TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, reading TEXT NOT NULL, romaji TEXT NOT NULL, notes TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE customer_numbers (
      customer TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE, position INTEGER NOT NULL, number TEXT NOT NULL,
      PRIMARY KEY (customer, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX customer_numbers_by_number ON customer_numbers (number, customer);
    CREATE TABLE customer_attributes (
      customer TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE, name TEXT NOT NULL, value TEXT NOT NULL,
      PRIMARY KEY (customer, name)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE recordings (
      id TEXT NOT NULL PRIMARY KEY, contact TEXT NOT NULL, file TEXT NOT NULL, agent TEXT, queue TEXT,
      started_wall INTEGER NOT NULL, started_monotonic INTEGER NOT NULL, ended_wall INTEGER, ended_monotonic INTEGER,
      state TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX recordings_by_contact ON recordings (contact, id);
    CREATE INDEX recordings_running ON recordings (id) WHERE state = 'recording';

    CREATE TABLE contacts (
      id TEXT NOT NULL PRIMARY KEY, direction TEXT NOT NULL,
      caller_number TEXT, caller_display TEXT, caller_kind TEXT, caller_text TEXT NOT NULL, caller_name TEXT NOT NULL,
      caller_anonymity TEXT, caller_verified INTEGER NOT NULL,
      called TEXT NOT NULL, customer TEXT, customer_name TEXT NOT NULL,
      started_wall INTEGER NOT NULL, started_monotonic INTEGER NOT NULL,
      answered_wall INTEGER, answered_monotonic INTEGER, ended_wall INTEGER, ended_monotonic INTEGER, end_reason TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX contacts_by_start ON contacts (started_wall, id);
    CREATE INDEX contacts_by_caller ON contacts (caller_number);
    CREATE INDEX contacts_by_called ON contacts (called) WHERE direction = 'outbound';
    CREATE INDEX contacts_open ON contacts (id) WHERE ended_wall IS NULL;
    CREATE TABLE segments (
      contact TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE, position INTEGER NOT NULL,
      id TEXT NOT NULL, kind TEXT NOT NULL, queue TEXT, agent TEXT, phone TEXT, announcement TEXT,
      number TEXT, number_display TEXT, number_kind TEXT,
      started_wall INTEGER NOT NULL, started_monotonic INTEGER NOT NULL,
      answered_wall INTEGER, answered_monotonic INTEGER, ended_wall INTEGER, ended_monotonic INTEGER,
      end_reason TEXT, held_nanoseconds INTEGER NOT NULL,
      PRIMARY KEY (contact, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX segments_by_agent ON segments (agent, contact) WHERE agent IS NOT NULL;
    CREATE INDEX segments_by_queue ON segments (queue, contact) WHERE queue IS NOT NULL;
    CREATE INDEX segments_by_number ON segments (number, contact) WHERE number IS NOT NULL;
    CREATE TABLE contact_recordings (
      contact TEXT NOT NULL REFERENCES contacts (id) ON DELETE CASCADE, position INTEGER NOT NULL, recording TEXT NOT NULL,
      PRIMARY KEY (contact, position)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE bindings (
      phone TEXT NOT NULL, contact TEXT NOT NULL, source TEXT NOT NULL, transport TEXT NOT NULL,
      expires_wall INTEGER NOT NULL, call_id TEXT NOT NULL, cseq INTEGER NOT NULL, user_agent TEXT NOT NULL,
      PRIMARY KEY (phone, contact)
    ) STRICT, WITHOUT ROWID;
    """

  /// The audit of supervision: rows are added, and never changed.
  private static let second = """
    CREATE TABLE monitors (
      monitor TEXT NOT NULL, position INTEGER NOT NULL, action TEXT NOT NULL, supervisor TEXT NOT NULL,
      phone TEXT NOT NULL, agent TEXT NOT NULL, contact TEXT, mode TEXT NOT NULL, end_reason TEXT,
      unix_user INTEGER NOT NULL, at_wall INTEGER NOT NULL, at_monotonic INTEGER NOT NULL,
      PRIMARY KEY (monitor, position)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX monitors_by_agent ON monitors (agent, at_wall);
    CREATE INDEX monitors_by_contact ON monitors (contact) WHERE contact IS NOT NULL;
    CREATE TRIGGER monitors_stay BEFORE UPDATE ON monitors
      BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
    CREATE TRIGGER monitors_remain BEFORE DELETE ON monitors
      BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
    """

  /// Who asks by her phone has no Unix user, and what was refused is written as well.
  private static let third = """
    DROP TRIGGER monitors_stay;
    DROP TRIGGER monitors_remain;
    ALTER TABLE monitors RENAME TO monitors_before;
    CREATE TABLE monitors (
      monitor TEXT NOT NULL, position INTEGER NOT NULL, action TEXT NOT NULL, supervisor TEXT NOT NULL,
      phone TEXT NOT NULL, agent TEXT NOT NULL, contact TEXT, mode TEXT NOT NULL, end_reason TEXT, refused TEXT,
      unix_user INTEGER, at_wall INTEGER NOT NULL, at_monotonic INTEGER NOT NULL,
      PRIMARY KEY (monitor, position)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO monitors (
      monitor, position, action, supervisor, phone, agent, contact, mode, end_reason, unix_user, at_wall, at_monotonic)
      SELECT monitor, position, action, supervisor, phone, agent, contact, mode, end_reason, unix_user, at_wall,
        at_monotonic FROM monitors_before;
    DROP TABLE monitors_before;
    CREATE INDEX monitors_by_agent ON monitors (agent, at_wall);
    CREATE INDEX monitors_by_contact ON monitors (contact) WHERE contact IS NOT NULL;
    CREATE TRIGGER monitors_stay BEFORE UPDATE ON monitors
      BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
    CREATE TRIGGER monitors_remain BEFORE DELETE ON monitors
      BEGIN SELECT raise(ABORT, 'the audit is only added to'); END;
    """

  /// What supervisors did while a recording ran.
  private static let fourth = """
    CREATE TABLE recording_marks (
      recording TEXT NOT NULL, position INTEGER NOT NULL, offset_milliseconds INTEGER NOT NULL, event TEXT NOT NULL,
      supervisor TEXT NOT NULL, agent TEXT NOT NULL,
      PRIMARY KEY (recording, position)
    ) STRICT, WITHOUT ROWID;
    """

  /// Recordings of what supervisors say, each beside another.
  private static let fifth = "ALTER TABLE recordings ADD COLUMN beside TEXT"

  /// Why contacts were offered to whom, for some hours; who could take one and who could not as JSON.
  private static let sixth = """
    CREATE TABLE decisions (
      id INTEGER PRIMARY KEY, contact TEXT NOT NULL, number INTEGER NOT NULL, queue TEXT, outcome TEXT NOT NULL,
      agent TEXT, step INTEGER, reason TEXT, strategy TEXT, waited_nanoseconds INTEGER NOT NULL, ahead INTEGER NOT NULL,
      candidates TEXT NOT NULL, more_candidates INTEGER NOT NULL, left_out TEXT NOT NULL, more_left_out INTEGER NOT NULL,
      at_wall INTEGER NOT NULL, at_monotonic INTEGER NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX decisions_by_contact ON decisions (contact, number);
    CREATE INDEX decisions_by_time ON decisions (at_wall);
    """

  /// What was changed of the configuration while running. `queue` is empty where it is about an agent alone, `agent` where
  /// it is about a queue alone.
  private static let seventh = """
    CREATE TABLE setting_changes (
      queue TEXT NOT NULL, agent TEXT NOT NULL, key TEXT NOT NULL, value TEXT, unix_user INTEGER NOT NULL,
      changed_wall INTEGER NOT NULL,
      PRIMARY KEY (queue, agent, key)
    ) STRICT, WITHOUT ROWID;
    """

  /// Who is logged in where, and where turns stand.
  private static let eighth = """
    CREATE TABLE log_ins (agent TEXT NOT NULL PRIMARY KEY, phone TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE turns (queue TEXT NOT NULL PRIMARY KEY, agent TEXT NOT NULL) STRICT, WITHOUT ROWID;
    """

  /// What contacts came to, as their agents said; which may be after the record of the contact is complete.
  private static let ninth = """
    CREATE TABLE dispositions (
      contact TEXT NOT NULL PRIMARY KEY, code TEXT NOT NULL, note TEXT NOT NULL, agent TEXT NOT NULL,
      at_wall INTEGER NOT NULL, at_monotonic INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """

  /// What was changed of reasons and dispositions while the daemon ran: the rest of `setting_changes`.
  private static let codeChanges = """
    CREATE TABLE code_changes (
      list TEXT NOT NULL, code TEXT NOT NULL, key TEXT NOT NULL, value TEXT, unix_user INTEGER NOT NULL,
      changed_wall INTEGER NOT NULL,
      PRIMARY KEY (list, code, key)
    ) STRICT, WITHOUT ROWID;
    """

  /// Whose phones ring by one decision, beside the first: names as JSON.
  private static let others = "ALTER TABLE decisions ADD COLUMN others TEXT NOT NULL DEFAULT '[]'"

  /// Whom a decision chose among, as JSON, and how many were not looked at; null where the strategy did not choose.
  private static let rivals = """
    ALTER TABLE decisions ADD COLUMN more_free INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE decisions ADD COLUMN rivals TEXT;
    """

  /// Where a contact went that its queue did not take or keep: kind and name as JSON; null for any other decision.
  private static let destination = "ALTER TABLE decisions ADD COLUMN destination TEXT"
}
