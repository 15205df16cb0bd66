public import Recordings
public import Telephony

extension Database: RecordingStore {
  /// Writes or replaces the row; durable when it returns.
  public func save(_ recording: Recording) async throws(StorageError) {
    try await writing.perform { connection throws(StorageError) in
      try connection.run(
        """
        INSERT INTO recordings (
          id, contact, file, agent, queue, started_wall, started_monotonic, ended_wall, ended_monotonic, state, beside)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET
          contact = excluded.contact, file = excluded.file, agent = excluded.agent, queue = excluded.queue,
          started_wall = excluded.started_wall, started_monotonic = excluded.started_monotonic,
          ended_wall = excluded.ended_wall, ended_monotonic = excluded.ended_monotonic, state = excluded.state,
          beside = excluded.beside
        """,
        [
          Value(recording.id), Value(recording.contact), Value(recording.file), Value(recording.agent),
          Value(recording.queue),
        ] + recording.startedAt.values + recording.endedAt.values + [
          Value(recording.state.rawValue), Value(recording.beside),
        ])
      try Self.add(recording.marks, of: recording.id, connection)
    }
  }

  /// Marks are only ever added: those that are there stay.
  private static func add(_ marks: [RecordingMark], of recording: RecordingID, _ connection: borrowing Connection)
    throws(StorageError)
  {
    guard !marks.isEmpty else { return }
    let known = try connection.rows("SELECT count(*) FROM recording_marks WHERE recording = ?", [Value(recording)]) {
      Int($0.integer(0))
    }.first
    for (index, mark) in marks.enumerated().dropFirst(known ?? 0) {
      try connection.run(
        """
        INSERT INTO recording_marks (recording, position, offset_milliseconds, event, supervisor, agent)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        [
          Value(recording), Value(index), .integer(mark.offset.milliseconds), Value(mark.event.rawValue),
          Value(mark.supervisor), Value(mark.agent),
        ])
    }
  }

  private static func withMarks(_ recordings: [Recording], _ connection: borrowing Connection) throws(StorageError)
    -> [Recording]
  {
    var recordings = recordings
    for index in recordings.indices {
      recordings[index].marks = try connection.rows(
        """
        SELECT recording, offset_milliseconds, event, supervisor, agent FROM recording_marks WHERE recording = ?
        ORDER BY position
        """, [Value(recordings[index].id)], of: "recording_marks"
      ) { row -> RecordingMark? in
        guard let event: RecordingMark.Event = row.word(2) else { return nil }
        return RecordingMark(
          offset: .milliseconds(max(0, row.integer(1))), event: event, supervisor: row.name(3), agent: row.name(4))
      }.compactMap(\.self)
    }
    return recordings
  }

  /// Marks what a dead daemon left open, and tells which they were, the oldest first. Each ends where its file does; where
  /// `length` does not know that of its bare name, nobody does, and `endedAt` stays nil. Called once at start.
  public func markInterrupted(length: @escaping @Sendable (String) -> Duration?) async throws(StorageError)
    -> [RecordingID]
  {
    try await writing.perform { connection throws(StorageError) in
      let open = try connection.rows(
        "SELECT id, file, started_wall, started_monotonic FROM recordings WHERE state = 'recording' ORDER BY id"
      ) { (id: $0.name(0, as: RecordingID.self), file: $0.text(1), startedAt: $0.moment(2)) }
      for recording in open {
        let end = length(recording.file).map { recording.startedAt.advanced(by: $0) }
        try connection.run(
          "UPDATE recordings SET state = 'interrupted', ended_wall = ?, ended_monotonic = ? WHERE id = ?",
          end.values + [Value(recording.id)])
      }
      return open.map(\.id)
    }
  }

  /// The recordings of one contact, the oldest first.
  public func recordings(of contact: ContactID) async throws(StorageError) -> [Recording] {
    try await listing.perform { connection throws(StorageError) in
      try Self.withMarks(
        try connection.rows(
          "\(Self.selection) WHERE contact = ? ORDER BY id", [Value(contact)], of: "recordings", Self.recording
        ).compactMap(\.self), connection)
    }
  }

  /// The recordings with these names, in this order; names without a row are left out.
  public func recordings(_ names: [RecordingID]) async throws(StorageError) -> [Recording] {
    try await listing.perform { connection throws(StorageError) in
      var found: [Recording] = []
      for name in names {
        found += try connection.rows("\(Self.selection) WHERE id = ?", [Value(name)], of: "recordings", Self.recording)
          .compactMap(\.self)
      }
      return try Self.withMarks(found, connection)
    }
  }

  private static let selection = """
    SELECT id, contact, file, agent, queue, started_wall, started_monotonic, ended_wall, ended_monotonic, state, beside
    FROM recordings
    """

  private static func recording(_ row: borrowing Row) -> Recording? {
    guard let state: Recording.State = row.word(9) else { return nil }
    return Recording(
      id: row.name(0), contact: row.name(1), file: row.text(2), beside: row.optionalName(10),
      agent: row.optionalName(3), queue: row.optionalName(4),
      startedAt: row.moment(5), endedAt: row.optionalMoment(7), state: state)
  }
}
