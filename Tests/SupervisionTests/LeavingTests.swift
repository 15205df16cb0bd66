import Supervision
import Telephony
import Testing

@Suite struct `What the audit says of whoever hears nobody any more` {
  private var booth = Booth { $0.rules.rows = [MonitorRule(supervisor: "boss", queues: ["sales"])] }

  /// What each row says, and of which contact.
  private func said(_ effects: [MonitorDesk.Effect]) -> [String] {
    effects.rows.map { "\($0.action.rawValue) \($0.contact?.rawValue ?? "-") \($0.mode.rawValue)" }
  }

  @Test mutating func `she left it when the agent goes to a call that she may not hear, and when it ends`() throws {
    _ = booth.talks("x")
    _ = try booth.listens(mode: .barge)
    _ = booth.talks("y", queue: "support", isHeld: true)
    let moved = booth.retrieves("y")
    #expect(moved.first == .withdraw("m") && said(moved) == ["left x listen"])
    #expect(moved.rows.map(\.agent) == ["anna"] && moved.rows.map(\.user) == [1000])
    #expect(said(booth.ends("y")) == ["placed x listen"])
    #expect(said(booth.ends("x")) == ["left x listen"])
    #expect(said(booth.desk.phoneEnded("m", at: booth.now)) == ["ended - listen"])
  }

  @Test mutating func `what says so already, another row, is all that is written`() throws {
    _ = booth.talks("x")
    _ = try booth.listens()
    #expect(said(booth.talks("y")) == ["placed y listen"])
    _ = booth.talks("z", "boris")
    #expect(said(try booth.ask("boss", .contact("z"), as: "n").get()) == ["asked z listen", "placed z listen"])
    #expect(said(booth.ends("z")) == ["ended z listen"])
  }

  @Test mutating func `a take-over comes to nothing when the agent has gone meanwhile, and a row says so`() throws {
    _ = booth.talks("x")
    _ = try booth.listens()
    let over = try #require(booth.desk.takeOverAsked(by: "boss", user: 7, at: booth.now).effects.rows.last)
    let gone = booth.talks("y", queue: "support")
    #expect(said(gone) == ["left x listen"] && gone.rows.map(\.position) == [over.position + 1])
    #expect(booth.desk.audited("m", over.position, at: booth.now) == [])
    #expect(booth.ends("y").placed == [.listen])
  }

  @Test mutating func `a row of what she never came to hear is followed by one that says so`() throws {
    _ = booth.talks("x")
    _ = try booth.ask().get()
    let row = try #require(booth.desk.phoneAnswered("m", at: booth.now).rows.last)
    #expect(row.action == .placed)
    #expect(said(booth.desk.contactEnded("x", at: booth.now)) == ["left x listen"])
    #expect(booth.desk.audited("m", row.position, at: booth.now) == [])
    // One that she comes back to meanwhile is another one.
    let second = try #require(booth.desk.contactConnected("a", with: "anna", queue: "sales", at: booth.now).rows.last)
    #expect(said(booth.talks("b", queue: nil)) == ["left a listen"])
    #expect(booth.ends("b").isEmpty)
    let late = booth.desk.audited("m", second.position, at: booth.now)
    #expect(late.placed == [] && said(late) == ["placed a listen"])
    #expect(booth.write(late).placed == [.listen])
  }
}
