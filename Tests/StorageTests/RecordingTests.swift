import Recordings
import Storage
import Telephony
import Testing

@Suite struct `Rows of recordings and bindings` {
  private let folder: Folder
  private let database: Database

  init() throws {
    folder = try Folder()
    database = try folder.open()
  }

  private func recording(_ id: RecordingID, of contact: ContactID = "k") -> Recording {
    Recording(id: id, contact: contact, file: "\(id).wav", agent: "anna", queue: nil, startedAt: moment(1))
  }

  @Test func `a row comes back as it was saved, and is replaced by the next`() async throws {
    var row = recording("r-1")
    try await database.save(row)
    #expect(try await database.recordings(of: "k") == [row])
    (row.endedAt, row.state, row.queue, row.agent, row.beside) = (moment(9), .sealed, "sales", nil, "r-0")
    try await database.save(row)
    #expect(try await database.recordings(of: "k") == [row])
  }

  @Test func `marks come back as they were, and a later state of the row adds to them`() async throws {
    var row = recording("r-1")
    row.marks = [RecordingMark(offset: .milliseconds(1500), event: .listen, supervisor: "boss", agent: "anna")]
    try await database.save(row)
    row.marks.append(RecordingMark(offset: .seconds(2), event: .tookOver, supervisor: "boss", agent: "anna"))
    try await database.save(row)
    try await database.save(recording("r-2"))
    #expect(try await database.recordings(of: "k") == [row, recording("r-2")])
    #expect(try await database.recordings(["r-1"]) == [row])
    try folder.tamper("UPDATE recording_marks SET event = 'sneezed', offset_milliseconds = -7 WHERE position = 0")
    #expect(try await database.recordings(of: "k").first?.marks == [row.marks[1]])
  }

  @Test func `recordings are found by contact and by name`() async throws {
    for row in [recording("r-2"), recording("r-1"), recording("r-3", of: "other")] { try await database.save(row) }
    #expect(try await database.recordings(of: "k").map(\.id) == ["r-1", "r-2"])
    #expect(try await database.recordings(of: "' OR 1=1 --") == [])
    #expect(try await database.recordings(["r-3", "none", "r-1"]).map(\.id) == ["r-3", "r-1"])
  }

  @Test func `what a dead daemon left open is marked, once`() async throws {
    var sealed = recording("r-0")
    sealed.state = .sealed
    for row in [sealed, recording("r-2"), recording("r-1")] { try await database.save(row) }
    let length: @Sendable (String) -> Duration? = { $0 == "r-1.wav" ? .seconds(7) : nil }
    #expect(try await database.markInterrupted(length: length) == ["r-1", "r-2"])
    #expect(try await database.markInterrupted(length: length) == [])
    let rows = try await database.recordings(of: "k")
    #expect(rows.map(\.state) == [.sealed, .interrupted, .interrupted])
    #expect(rows.map(\.endedAt) == [nil, moment(8), nil])
  }

  @Test func `a row whose state means nothing hides no other`() async throws {
    for row in [recording("r-2"), recording("r-1")] { try await database.save(row) }
    try folder.tamper("UPDATE recordings SET state = 'lost' WHERE id = 'r-1'")
    #expect(try await database.recordings(of: "k").map(\.id) == ["r-2"])
  }

  @Test func `a file is as long as its header says, and never longer than it is`() throws {
    let header: [UInt8] =
      Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 2, 0]
      + [0x40, 0x1F, 0, 0, 0x00, 0x7D, 0, 0, 4, 0, 16, 0] + Array("data".utf8) + [0x00, 0xFA, 0, 0]
    #expect(try folder.length(of: header + [UInt8](repeating: 0, count: 64_000)) == .seconds(2))
    #expect(try folder.length(of: header + [UInt8](repeating: 0, count: 96_000)) == .seconds(2))
    #expect(try folder.length(of: header + [UInt8](repeating: 0, count: 16_000)) == .milliseconds(500))
    #expect(try folder.length(of: header) == .zero)
    for cut in 0..<header.count { #expect(try folder.length(of: Array(header[..<cut])) == nil) }
    #expect(try folder.length(of: [UInt8](repeating: 0xFF, count: 4096)) == nil)
    #expect(try folder.length(of: header, named: "./other.db") == nil, "a bare name is no path")
    #expect(RecordedFile.length(of: "nobody.wav", in: folder.path) == nil)
  }

  private func binding(_ phone: PhoneID, _ contact: String = "sip:a@192.0.2.1") -> StoredBinding {
    StoredBinding(
      phone: phone, contact: contact, source: "[2001:db8::7]:5060", transport: "tcp", expiresAt: 1_790_000_000_123,
      callID: "x@y", cseq: .max, userAgent: "Set 1.0 '\0 話")
  }

  @Test func `bindings come back as they were, one for each contact of a phone`() async throws {
    for row in [binding("202"), binding("201", "sip:b"), binding("201", "sip:a")] { try await database.save(row) }
    #expect(try await database.bindings() == [binding("201", "sip:a"), binding("201", "sip:b"), binding("202")])
    var renewed = binding("201", "sip:b")
    renewed.expiresAt += 60_000
    renewed.source = "192.0.2.9:40000"
    try await database.save(renewed)
    #expect(try await database.bindings()[1] == renewed)
  }

  @Test func `bindings are removed one by one`() async throws {
    for row in [binding("202"), binding("201", "sip:b"), binding("201", "sip:a")] { try await database.save(row) }
    try await database.removeBinding(of: "201", contact: "sip:b")
    try await database.removeBinding(of: "201", contact: "sip:never")
    #expect(try await database.bindings() == [binding("201", "sip:a"), binding("202")])
  }
}
