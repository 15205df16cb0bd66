extension Schema {
  /// Agents' time, the figures, and what of a contact's rows they are reckoned from.
  static let figures = """
    ALTER TABLE segments ADD COLUMN threshold_nanoseconds INTEGER;
    ALTER TABLE segments ADD COLUMN short_nanoseconds INTEGER;
    ALTER TABLE segments ADD COLUMN visit TEXT;
    CREATE INDEX segments_by_start ON segments (started_wall, contact);
    CREATE INDEX contacts_by_end ON contacts (ended_wall) WHERE ended_wall IS NOT NULL;

    CREATE TABLE stretches (
      agent TEXT NOT NULL, started_wall INTEGER NOT NULL, started_monotonic INTEGER NOT NULL,
      ended_wall INTEGER, ended_monotonic INTEGER, occupation TEXT NOT NULL, reason TEXT NOT NULL,
      paid INTEGER NOT NULL, counts_as_work INTEGER NOT NULL, logged_in INTEGER NOT NULL, contact TEXT,
      PRIMARY KEY (agent, started_wall, started_monotonic)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX stretches_by_start ON stretches (started_wall);
    CREATE INDEX stretches_open ON stretches (agent) WHERE ended_wall IS NULL;
    CREATE INDEX stretches_of_wrap_up ON stretches (contact) WHERE occupation = 'acw';

    CREATE TABLE figures (
      quarter INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, counts TEXT NOT NULL,
      PRIMARY KEY (quarter, kind, subject)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE signs_of_life (
      id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), wall INTEGER NOT NULL, monotonic INTEGER NOT NULL
    ) STRICT;
    """

  /// The row of the entry table by which a contact came in, whether the daemon has ended with everything written, the
  /// quarter from which on figures are still to be reckoned from the log (all of them: what they mean has changed), and
  /// what stood in the place of figures and could not be read.
  static let figuresAgain = """
    ALTER TABLE contacts ADD COLUMN entry TEXT;
    ALTER TABLE signs_of_life ADD COLUMN closed INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE figures_due (id INTEGER NOT NULL PRIMARY KEY CHECK (id = 1), quarter INTEGER NOT NULL) STRICT;
    INSERT INTO figures_due (id, quarter) VALUES (1, 0);
    CREATE TABLE unreadable_figures (
      id INTEGER PRIMARY KEY, quarter INTEGER NOT NULL, kind TEXT NOT NULL, subject TEXT NOT NULL, counts TEXT NOT NULL
    ) STRICT;
    CREATE INDEX unreadable_figures_by_quarter ON unreadable_figures (quarter);
    """

  /// Whether the customer of a contact is certain, and where it came to first (`reason`), by which it is told what it was
  /// about: to find her next one about the same. Nobody knows of contacts that are there already.
  static let customersAgain = """
    ALTER TABLE contacts ADD COLUMN customer_certain INTEGER;
    ALTER TABLE contacts ADD COLUMN reason TEXT;
    CREATE INDEX contacts_by_customer ON contacts (customer, started_wall)
      WHERE customer_certain = 1 AND direction = 'inbound';
    """

  /// Agents' time of releases that let a row be of any length: it has to be found by where it ends.
  static let longStretches = """
    CREATE INDEX stretches_long ON stretches (started_wall) WHERE ended_monotonic - started_monotonic > 172800000000000;
    """

  /// Figures are kept by event as well, which those of former releases are not: all of them are due. Contacts are found by
  /// whatever happened in them.
  static let figuresByEvent = """
    CREATE INDEX segments_by_answer ON segments (answered_wall, contact) WHERE answered_wall IS NOT NULL;
    CREATE INDEX segments_by_end ON segments (ended_wall, contact) WHERE ended_wall IS NOT NULL;
    CREATE INDEX segments_by_threshold ON segments (started_wall + threshold_nanoseconds / 1000000, contact)
      WHERE threshold_nanoseconds IS NOT NULL;
    INSERT INTO figures_due (id, quarter) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET quarter = 0;
    """

  /// Who left shortly and after the threshold all the same is kept as such, which former releases did not: all are due.
  static let shortPastThreshold = """
    INSERT INTO figures_due (id, quarter) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET quarter = 0;
    """

  /// Who is sent from a queue to an agent waits on, and may be lost to her, which former releases did not count: all are due.
  static let waitsForAgents = """
    INSERT INTO figures_due (id, quarter) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET quarter = 0;
    """

  /// When agents are to be there: hours and parts in minutes after the midnight of the day.
  static let shifts = """
    CREATE TABLE shifts (
      day TEXT NOT NULL, agent TEXT NOT NULL, begins INTEGER NOT NULL, ends INTEGER NOT NULL, parts TEXT NOT NULL,
      unix_user INTEGER NOT NULL, changed_wall INTEGER NOT NULL,
      PRIMARY KEY (day, agent, begins)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX shifts_by_agent ON shifts (agent, day);
    """
}
