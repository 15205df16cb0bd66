import Recordings
import Telephony
import TelephonyTesting
import Testing

@Suite struct `Recording a conversation` {
  private var recorder = Recorder()
  /// 2026-09-21 13:33:20 UTC.
  private var now = ManualClock<Int>(wallMilliseconds: 1_789_997_600_000).now

  private func row(_ id: RecordingID, endedAt: Moment? = nil, _ state: Recording.State = .recording) -> Recording {
    Recording(
      id: id, contact: "c", file: "20260921-133320-\(id).wav", agent: "anna", queue: "sales", startedAt: now,
      endedAt: endedAt, state: state)
  }

  private mutating func begin(_ policy: RecordingPolicy, name: RecordingID = "r1") -> [Recorder.Effect] {
    recorder.conversationBegan("c", agent: "anna", queue: "sales", policy: policy, name: name, at: now)
  }

  @Test mutating func `a queue that records always gets a file from the first word to the last`() {
    #expect(begin(.always) == [.start(row("r1"))])
    #expect(recorder.current(of: "c") == "r1")
    let end = now.advanced(by: .seconds(90))
    #expect(recorder.conversationEnded("c", at: end) == [.stop("r1"), .save(row("r1", endedAt: end, .sealed))])
    #expect(recorder.current(of: "c") == nil)
    #expect(recorder.conversationEnded("c", at: end) == [])
  }

  @Test mutating func `what supervisors say gets a file beside the one that runs, once, and ends with it`() {
    #expect(recorder.supervisorSpoke("c", at: now) == [])
    _ = begin(.always)
    let later = now.advanced(by: .seconds(5))
    var beside = row("r1-supervisor")
    (beside.beside, beside.startedAt) = ("r1", later)
    #expect(recorder.supervisorSpoke("c", at: later) == [.start(beside)])
    #expect(beside.file == "20260921-133320-r1-supervisor.wav")
    #expect(recorder.supervisorSpoke("c", at: later) == [])
    let end = now.advanced(by: .seconds(90))
    (beside.endedAt, beside.state) = (end, .sealed)
    #expect(
      recorder.conversationEnded("c", at: end)
        == [.stop("r1-supervisor"), .save(beside), .stop("r1"), .save(row("r1", endedAt: end, .sealed))])
    #expect(recorder.supervisorSpoke("c", at: end) == [])
  }

  @Test mutating func `a file of supervisors that fails takes nothing with it, and is not tried again`() {
    _ = begin(.always)
    _ = recorder.supervisorSpoke("c", at: now)
    var beside = row("r1-supervisor", endedAt: now, .failed)
    beside.beside = "r1"
    #expect(recorder.failed("r1-supervisor", at: now) == [.stop("r1-supervisor"), .save(beside)])
    #expect(recorder.failed("r1-supervisor", at: now) == [])
    #expect(recorder.supervisorSpoke("c", at: now) == [])
    #expect(recorder.current(of: "c") == "r1")
    #expect(recorder.conversationEnded("c", at: now) == [.stop("r1"), .save(row("r1", endedAt: now, .sealed))])
  }

  @Test mutating func `a queue that records never does not, whoever asks`() {
    #expect(begin(.never) == [])
    #expect(recorder.requested("c", name: "r1", at: now) == [])
    #expect(recorder.current(of: "c") == nil)
  }

  @Test mutating func `on demand it starts and stops when somebody asks, as often as wanted`() {
    #expect(begin(.onDemand) == [])
    #expect(recorder.requested("c", name: "r2", at: now) == [.start(row("r2"))])
    #expect(recorder.requested("c", name: "r3", at: now) == [])
    #expect(recorder.stopRequested("c", at: now) == [.stop("r2"), .save(row("r2", endedAt: now, .sealed))])
    #expect(recorder.stopRequested("c", at: now) == [])
    #expect(recorder.requested("c", name: "r4", at: now) == [.start(row("r4"))])
  }

  @Test(arguments: [
    (RecordingPolicy.always, nil as RecordingRefusal?, RecordingRefusal.queueRecordsAlways as RecordingRefusal?),
    (.never, .queueRecordsNever, .notRecorded("c")), (.onDemand, nil, .notRecorded("c")),
  ])
  mutating func `who may not start or stop it is told why`(
    policy: RecordingPolicy, start: RecordingRefusal?, stop: RecordingRefusal?
  ) {
    #expect(recorder.refusalToStart("c") == .nobodyTalks("c"))
    #expect(recorder.refusalToStop("c") == .notRecorded("c"))
    _ = begin(policy)
    #expect(recorder.refusalToStart("c") == start)
    #expect(recorder.refusalToStop("c") == stop)
    guard policy == .onDemand else { return }
    _ = recorder.requested("c", name: "r2", at: now)
    #expect(recorder.refusalToStart("c") == nil && recorder.refusalToStop("c") == nil)
  }

  @Test mutating func `what the policy demands cannot be stopped by asking`() {
    _ = begin(.always)
    #expect(recorder.stopRequested("c", at: now) == [])
    #expect(recorder.current(of: "c") == "r1")
  }

  @Test mutating func `nobody talks, nothing is recorded`() {
    #expect(recorder.requested("c", name: "r1", at: now) == [])
    #expect(recorder.stopRequested("c", at: now) == [])
    _ = begin(.onDemand)
    _ = recorder.conversationEnded("c", at: now)
    #expect(recorder.requested("c", name: "r1", at: now) == [])
  }

  @Test mutating func `another agent goes on in the same file, unless her queue forbids it`() {
    _ = begin(.always)
    #expect(begin(.always, name: "r2") == [])
    #expect(begin(.onDemand, name: "r3") == [])
    #expect(recorder.current(of: "c") == "r1")
    #expect(begin(.never) == [.stop("r1"), .save(row("r1", endedAt: now, .sealed))])
    #expect(recorder.current(of: "c") == nil)
  }

  @Test mutating func `a file that failed is said so once, and the conversation goes on`() {
    _ = begin(.always)
    #expect(recorder.failed("r1", at: now) == [.stop("r1"), .save(row("r1", endedAt: now, .failed))])
    #expect(recorder.failed("r1", at: now) == [])
    #expect(recorder.requested("c", name: "r2", at: now) == [.start(row("r2"))])
    #expect(recorder.failed("never", at: now) == [])
  }

  @Test mutating func `a recording that was sealed does not fail afterwards`() {
    _ = begin(.always)
    _ = recorder.conversationEnded("c", at: now)
    #expect(recorder.failed("r1", at: now) == [])
  }

  @Test mutating func `late news of one file does not touch the next one of the same contact`() {
    _ = begin(.onDemand)
    _ = recorder.requested("c", name: "r1", at: now)
    _ = recorder.stopRequested("c", at: now)
    _ = recorder.requested("c", name: "r2", at: now)
    #expect(recorder.failed("r1", at: now) == [])
    #expect(recorder.current(of: "c") == "r2")
  }

  @Test mutating func `one name is never two files at once`() {
    _ = begin(.always)
    #expect(
      recorder.conversationBegan("d", agent: "ben", queue: nil, policy: .always, name: "r1", at: now) == [])
    #expect(recorder.current(of: "d") == nil)
    #expect(recorder.current(of: "c") == "r1")
  }

  @Test(arguments: [
    (0 as Int64, "19700101-000000"), (951_827_696_789, "20000229-123456"), (951_868_800_000, "20000301-000000"),
    (1_709_251_199_999, "20240229-235959"), (1_767_225_599_000, "20251231-235959"),
    (4_107_542_400_000, "21000301-000000"), (-1, "19691231-235959"), (253_402_300_799_000, "99991231-235959"),
  ])
  func `files are named by the time in UTC`(wall: Int64, stamp: String) {
    let moment = Moment(monotonicNanoseconds: 0, wallMilliseconds: wall)
    #expect(Recording.fileName(of: "r1", startedAt: moment) == "\(stamp)-r1.wav")
  }

  @Test(arguments: ["../../etc/passwd", "a/b", "a\0b", ".", "..", "名", "a\nb", "-"])
  func `no id leads out of the folder`(id: String) {
    let name = Recording.fileName(of: RecordingID(rawValue: id), startedAt: now)
    let allowed = Set("0123456789abcdefghijklmnopqrstuvwxyz-_")
    #expect(name.hasPrefix("20260921-133320-") && name.hasSuffix(".wav"))
    #expect(name.dropLast(4).allSatisfy(allowed.contains))
  }

  @Test func `no time of a broken clock stops us`() {
    for wall in [Int64.min, .max] {
      let moment = Moment(monotonicNanoseconds: 0, wallMilliseconds: wall)
      #expect(Recording.fileName(of: "r", startedAt: moment).hasSuffix("-r.wav"))
    }
  }

  // MARK: Supervisors

  private func mark(_ seconds: Int, _ event: RecordingMark.Event, by supervisor: AgentID = "boss") -> RecordingMark {
    RecordingMark(offset: .seconds(seconds), event: event, supervisor: supervisor, agent: "anna")
  }

  private mutating func comes(
    _ monitor: MonitorID = "m", _ supervisor: AgentID = "boss", to contact: ContactID = "c",
    _ mode: MonitorMode = .listen, after seconds: Int = 0
  ) -> [RecordingMark]? {
    let effects = recorder.supervisorCame(
      monitor, supervisor, to: contact, with: "anna", mode: mode, at: now.advanced(by: .seconds(seconds)))
    if case .save(let recording)? = effects.last { return recording.marks }
    return nil
  }

  @Test mutating func `what supervisors do is marked in the row, with its place`() {
    _ = begin(.always)
    #expect(comes(after: 2) == [mark(2, .listen)])
    #expect(comes("m", "boss", to: "c", .barge, after: 3) == [mark(2, .listen), mark(3, .barge)])
    let left = recorder.supervisorLeft("m", at: now.advanced(by: .seconds(4)))
    var expected = row("r1")
    expected.marks = [mark(2, .listen), mark(3, .barge), mark(4, .left)]
    #expect(left == [.save(expected)])
    #expect(recorder.supervisorLeft("m", at: now) == [])
    (expected.endedAt, expected.state) = (now.advanced(by: .seconds(5)), .sealed)
    #expect(recorder.conversationEnded("c", at: now.advanced(by: .seconds(5))).last == .save(expected))
  }

  @Test mutating func `a recording that begins while she is there says so at its beginning`() {
    _ = begin(.onDemand)
    #expect(comes("m2", "second", to: "c", .whisper) == nil)
    #expect(comes("m1") == nil)
    #expect(comes("m3", "third", to: "other") == nil)
    guard case .start(let recording)? = recorder.requested("c", name: "r2", at: now).first else {
      Issue.record("nothing begins")
      return
    }
    #expect(recording.marks == [mark(0, .listen), mark(0, .whisper, by: "second")])
  }

  @Test mutating func `who goes over leaves, and who is gone when it ends leaves no mark`() {
    _ = begin(.always)
    _ = comes()
    let effects = recorder.supervisorCame("m", "boss", to: "d", with: "boris", mode: .listen, at: now)
    var expected = row("r1")
    expected.marks = [mark(0, .listen), mark(0, .left)]
    #expect(effects == [.save(expected)])
    _ = comes()
    _ = recorder.conversationEnded("c", at: now)
    #expect(recorder.supervisorLeft("m", hasTakenOver: true, at: now) == [])
  }
}
