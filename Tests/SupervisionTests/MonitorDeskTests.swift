import Supervision
import Telephony
import Testing

extension MonitorDesk.Answer {
  /// What must be done, when it is granted.
  func get() throws -> [MonitorDesk.Effect] {
    if let refusal { throw refusal }
    return effects
  }
}

private struct Unexpected: Error { var what: String }

@Suite struct `Supervising` {
  private var desk = MonitorDesk(settings: .init())
  private let now = Moment(monotonicNanoseconds: 0, wallMilliseconds: 0)

  private mutating func ask(
    _ supervisor: AgentID = "boss", _ target: MonitorOrder.Target = .agent("anna"), mode: MonitorMode = .listen,
    follow: MonitorFollow? = nil, as id: MonitorID = "m"
  ) -> MonitorDesk.Answer {
    desk.monitorAsked(
      MonitorOrder(supervisor: supervisor, phone: "desk-9", target: target, mode: mode, follow: follow, user: 1000),
      as: id, at: now)
  }

  private mutating func talks(_ contact: ContactID = "c", _ agent: AgentID = "anna", queue: QueueID? = "sales")
    -> [MonitorDesk.Effect]
  {
    desk.contactConnected(contact, with: agent, queue: queue, at: now)
  }

  /// The rows that are asked for are written, one after the other, until none is.
  private mutating func write(_ effects: [MonitorDesk.Effect]) -> [MonitorDesk.Effect] {
    var all = effects
    var index = 0
    while index < all.count {
      if case .audit(let entry) = all[index] { all += desk.audited(entry.monitor, entry.position, at: now) }
      index += 1
    }
    return all
  }

  private func places(_ effects: [MonitorDesk.Effect]) -> [MonitorMode] {
    effects.compactMap { if case .place(_, _, let mode) = $0 { mode } else { nil } }
  }

  private func row(_ effect: MonitorDesk.Effect?) -> MonitorEntry? {
    if case .audit(let entry)? = effect { entry } else { nil }
  }

  @Test mutating func `her phone rings, and she hears, when each has been written and not before`() throws {
    _ = talks()
    let asked = try ask().get()
    #expect(asked.count == 1)
    let first = try #require(row(asked.first))
    #expect(first.action == .asked && first.supervisor == "boss" && first.agent == "anna" && first.contact == "c")
    let rings = desk.audited("m", first.position, at: now)
    #expect(rings.count == 2)
    guard case .ringPhone(let monitor)? = rings.first else { throw Unexpected(what: "no phone rings") }
    #expect(monitor.phone == "desk-9")
    let answered = desk.phoneAnswered("m", at: now)
    #expect(answered.first == .cancelTimer(.ringing("m")))
    let second = try #require(row(answered.last))
    #expect(second.action == .placed && second.mode == .listen && second.contact == "c")
    #expect(desk.monitors.first?.stage == .waiting)
    let placed = desk.audited("m", second.position, at: now)
    #expect(placed.first == .place("m", in: "c", .listen))
    #expect(desk.monitors.first?.stage == .present)
    #expect(desk.audited("m", second.position, at: now) == [])
  }

  private mutating func listens(mode: MonitorMode = .listen, follow: MonitorFollow? = nil) throws {
    _ = talks()
    _ = write(try ask(mode: mode, follow: follow).get())
    let effects = write(desk.phoneAnswered("m", at: now))
    #expect(places(effects) == (mode == .listen ? [.listen] : [.listen, mode]))
  }

  @Test(arguments: [MonitorMode.whisper, .barge])
  mutating func `whoever asks for more listens first`(mode: MonitorMode) throws {
    try listens(mode: mode)
    #expect(desk.monitors.first?.mode == mode)
  }

  @Test mutating func `more waits for its row, less for nothing`() throws {
    try listens()
    let more = try desk.modeAsked(.barge, by: "boss", user: 1000, at: now).get()
    let entry = try #require(row(more.first))
    #expect(more.count == 1 && entry.mode == .barge)
    #expect(places(desk.audited("m", entry.position, at: now)) == [.barge])
    let less = try desk.modeAsked(.whisper, by: "boss", user: 1000, at: now).get()
    #expect(places(less) == [.whisper])
    guard case .note? = less.first else { throw Unexpected(what: "less is written, too") }
    // A row allows one use.
    #expect(places(try desk.modeAsked(.barge, by: "boss", user: 1000, at: now).get()) == [])
  }

  @Test mutating func `her phone's keys change the mode, and other keys nothing`() throws {
    #expect(desk.keyPressed("m", "6", at: now) == [])
    try listens()
    #expect(places(write(desk.keyPressed("m", "5", at: now))) == [.whisper])
    #expect(places(write(desk.keyPressed("m", "6", at: now))) == [.barge])
    #expect(desk.keyPressed("m", "1", at: now) == [])
    #expect(places(write(desk.keyPressed("m", "4", at: now))) == [.listen])
  }

  @Test mutating func `a row that comes when the wish has changed allows nothing`() throws {
    try listens()
    let entry = try #require(row(try desk.modeAsked(.barge, by: "boss", user: 1000, at: now).get().first))
    #expect(try desk.modeAsked(.listen, by: "boss", user: 1000, at: now).get() == [])
    #expect(places(desk.audited("m", entry.position, at: now)) == [])
    #expect(desk.monitors.first?.mode == .listen)
  }

  @Test mutating func `what a row that came too late allowed is allowed at no later moment`() throws {
    try listens()
    let whisper = try #require(row(desk.keyPressed("m", "5", at: now).first))
    _ = desk.keyPressed("m", "4", at: now)
    let late = desk.audited("m", whisper.position, at: now)
    // The last row says what is the case.
    guard case .note(let present)? = late.first, late.count == 1 else { throw Unexpected(what: "\(late)") }
    #expect(present.action == .placed && present.mode == .listen)
    let again = desk.keyPressed("m", "5", at: now)
    #expect(places(again) == [] && row(again.first)?.mode == .whisper)
  }

  @Test mutating func `a row allows nothing once a later one says otherwise`() throws {
    try listens(mode: .whisper)
    let barge = try #require(row(desk.keyPressed("m", "6", at: now).first))
    #expect(places(desk.keyPressed("m", "4", at: now)) == [.listen])
    #expect(desk.keyPressed("m", "6", at: now) == [])
    let late = desk.audited("m", barge.position, at: now)
    #expect(places(late) == [] && late.rows.map(\.mode) == [.listen, .barge])
    #expect(places(write(late)) == [.barge])
  }

  @Test mutating func `a row says who asked for what it says, and no other row does`() throws {
    try listens()
    let mode = write(try desk.modeAsked(.whisper, by: "boss", user: 7, at: now).get())
    #expect(mode.rows.map(\.user) == [7])
    #expect(write(desk.keyPressed("m", "6", at: now)).rows.map(\.user) == [nil])
    #expect(try desk.modeAsked(.listen, by: "boss", user: 8, at: now).get().rows.map(\.user) == [8])
    _ = write(desk.contactEnded("c", at: now))
    #expect(write(talks("d")).rows.map(\.user) == [1000])
    #expect(try desk.takeOverAsked(by: "boss", user: 9, at: now).get().rows.map(\.user) == [9])
    #expect(try desk.stopAsked(by: "boss", user: 10, at: now).get().rows.map(\.user) == [10])
    try listens()
    #expect(desk.phoneEnded("m", at: now).rows.map(\.user) == [1000])
  }

  @Test mutating func `when the row cannot be written the monitor ends`() throws {
    try listens()
    let entry = try #require(row(try desk.modeAsked(.whisper, by: "boss", user: 1000, at: now).get().first))
    let effects = desk.auditFailed("m", entry.position, at: now)
    #expect(effects.first == .withdraw("m"))
    #expect(effects.contains(.endPhone("m", .auditFailed)))
    #expect(desk.monitors.isEmpty)
    #expect(desk.auditFailed("m", entry.position, at: now) == [])
  }

  @Test mutating func `who follows the agent stays for her next call, and listens first again`() throws {
    try listens(mode: .barge)
    let left = desk.contactEnded("c", at: now)
    #expect(left.first == .withdraw("m"))
    #expect(desk.monitors.first?.stage == .waiting)
    #expect(places(write(talks("d"))) == [.listen])
    #expect(desk.monitors.first?.contact == "d")
  }

  @Test mutating func `who follows the contact goes with it`() throws {
    try listens(follow: .contact)
    let effects = desk.contactEnded("c", at: now)
    guard case .stopped(_, .contactEnded)? = effects.last else { throw Unexpected(what: "\(effects)") }
    #expect(desk.monitors.isEmpty)
  }

  @Test mutating func `she takes over when that is written; others stay with the contact or go with the agent`() throws
  {
    try listens()
    _ = write(try ask("second", .contact("c"), as: "n").get())
    _ = write(desk.phoneAnswered("n", at: now))
    _ = write(try ask("third", .agent("anna"), as: "o").get())
    _ = write(desk.phoneAnswered("o", at: now))
    let asked = try desk.takeOverAsked(by: "boss", user: 1000, at: now).get()
    let entry = try #require(row(asked.first))
    #expect(asked.count == 1 && entry.action == .tookOver)
    let effects = desk.audited("m", entry.position, at: now)
    guard case .takeOver(let monitor, "c", agentHungUp: false)? = effects.first else {
      throw Unexpected(what: "\(effects)")
    }
    #expect(monitor.supervisor == "boss")
    #expect(effects.contains(.withdraw("o")))
    #expect(desk.monitors.map(\.supervisor) == ["second", "third"])
    #expect(desk.monitors.first?.agent == "boss" && desk.monitors.first?.contact == "c")
    #expect(desk.monitors.last?.agent == "anna" && desk.monitors.last?.contact == nil)
  }

  @Test mutating func `only who barges inherits the contact of an agent who leaves`() throws {
    try listens(mode: .whisper)
    #expect(desk.agentLeft("c", at: now) == [])
    _ = write(try desk.modeAsked(.barge, by: "boss", user: 1000, at: now).get())
    let effects = desk.agentLeft("c", at: now)
    guard case .note(let entry)? = effects.first, case .takeOver(_, "c", agentHungUp: true) = effects[1] else {
      throw Unexpected(what: "\(effects)")
    }
    #expect(entry.action == .tookOver)
    #expect(desk.monitors.isEmpty)
  }

  @Test mutating func `what is refused, and why`() throws {
    #expect(ask("boss", .contact("c")).refusal == .nobodyTalks("c"))
    #expect(ask(follow: .contact).refusal == .hasNoCall("anna"))
    #expect(ask("anna").refusal == .herself("anna"))
    #expect(desk.modeAsked(.barge, by: "boss", user: 1000, at: now).refusal == .monitorsNobody("boss"))
    _ = write(try ask().get())
    #expect(ask(as: "n").refusal == .alreadyMonitors("boss"))
    #expect(desk.takeOverAsked(by: "boss", user: 1000, at: now).refusal == .hearsNobody("boss"))
    for index in 2...5 { _ = try ask(AgentID(rawValue: "boss-\(index)"), as: MonitorID(rawValue: "m\(index)")).get() }
    #expect(ask("boss-6", as: "m6").refusal == .tooMany(limit: 5))
  }

  @Test mutating func `contacts of other queues are not heard`() throws {
    var settings = MonitorDesk.Settings()
    settings.rules.queues = ["sales"]
    desk = MonitorDesk(settings: settings)
    _ = talks("c", queue: "support")
    #expect(ask("boss", .contact("c")).refusal == .queueIsClosed)
    #expect(ask(follow: .contact).refusal == .queueIsClosed)
    _ = write(try ask().get())
    #expect(places(write(desk.phoneAnswered("m", at: now))) == [])
    _ = desk.contactEnded("c", at: now)
    #expect(places(write(talks("d", queue: nil))) == [])
    _ = desk.contactEnded("d", at: now)
    #expect(places(write(talks("e"))) == [.listen])
  }

  @Test mutating func `a phone that nobody takes up, and one that hangs up`() throws {
    _ = write(try ask().get())
    guard case .stopped(_, .noAnswer)? = desk.timerFired(.ringing("m"), at: now).last else {
      throw Unexpected(what: "it rings on")
    }
    _ = write(try ask().get())
    guard case .stopped(_, .notReached)? = desk.phoneEnded("m", at: now).last else {
      throw Unexpected(what: "not told")
    }
    try listens()
    guard case .stopped(_, .hungUp)? = desk.phoneEnded("m", at: now).last else { throw Unexpected(what: "not told") }
    #expect(desk.phoneEnded("m", at: now) == [])
  }
}
