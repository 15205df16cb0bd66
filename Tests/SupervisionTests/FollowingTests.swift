import Supervision
import Telephony
import Testing

@Suite struct `Staying with an agent who has several calls` {
  private var booth = Booth()

  private func heard(by id: MonitorID = "m") -> ContactID? { booth.desk.monitors.first { $0.id == id }?.contact }

  @Test mutating func `the monitor goes where she goes, and listens first each time`() throws {
    _ = booth.talks("one")
    #expect(try booth.listens(mode: .whisper).placed == [.listen, .whisper])
    // Her phone holds the first call for the second.
    #expect(booth.holds("one").isEmpty)
    let second = booth.talks("two")
    #expect(second.first == .withdraw("m") && second.placed == [.listen] && heard() == "two")
    // And goes back to the first.
    #expect(booth.holds("two").isEmpty && heard() == "two")
    let first = booth.retrieves("one")
    #expect(first.first == .withdraw("m") && first.placed == [.listen] && heard() == "one")
    #expect(first.rows.map(\.contact) == ["one"] && first.rows.map(\.action) == [.placed])
  }

  @Test mutating func `a monitor that begins while she has two calls hears the one that she is in`() throws {
    _ = booth.talks("one")
    _ = booth.talks("two")
    _ = booth.holds("two")
    #expect(try booth.listens().placed == [.listen])
    #expect(heard() == "one")
  }

  @Test mutating func `with the end of one of her calls it is the other one, held or not`() throws {
    _ = booth.talks("one")
    _ = booth.holds("one")
    _ = booth.talks("two")
    _ = try booth.listens()
    #expect(heard() == "two")
    #expect(booth.write(booth.desk.contactEnded("two", at: booth.now)).placed == [.listen])
    #expect(heard() == "one")
  }

  @Test mutating func `to hold the call that she is in moves nobody, though she has another one that is held`() throws {
    _ = booth.talks("one")
    _ = booth.talks("two")
    _ = booth.holds("two")
    _ = booth.retrieves("one")
    _ = booth.holds("one")
    _ = booth.retrieves("one")
    _ = try booth.listens(mode: .barge)
    #expect(heard() == "one")
    #expect(booth.holds("one").isEmpty && heard() == "one")
    // Whoever barges is still there for the customer.
    #expect(!booth.desk.agentLeft("one", at: booth.now).isEmpty)
  }

  @Test(arguments: [false, true])
  mutating func `a swap is one move and one row, whichever of the two her phone says first`(holdsFirst: Bool) throws {
    _ = booth.talks("one")
    _ = booth.holds("one")
    _ = booth.talks("two")
    _ = try booth.listens()
    for (from, to) in [("two", "one"), ("one", "two"), ("two", "one")] as [(ContactID, ContactID)] {
      let effects =
        holdsFirst ? booth.holds(from) + booth.retrieves(to) : booth.retrieves(to) + booth.holds(from)
      #expect(heard() == to && effects.placed == [.listen])
      #expect(effects.rows.map(\.action) == [.placed] && effects.rows.map(\.contact) == [to])
    }
  }

  @Test mutating func `a call that her phone held before it was joined moves nobody`() throws {
    _ = booth.talks("one")
    _ = try booth.listens()
    #expect(booth.talks("two", isHeld: true).isEmpty && heard() == "one")
    #expect(booth.retrieves("two").placed == [.listen] && heard() == "two")
  }

  @Test mutating func `who names a contact and follows its agent hears the call that she is in`() throws {
    _ = booth.talks("one")
    _ = booth.holds("one")
    _ = booth.talks("two")
    #expect(try booth.listens("boss", .contact("one"), follow: .agent).placed == [.listen])
    #expect(heard() == "two")
    #expect(booth.retrieves("one").placed == [.listen] && heard() == "one")
  }

  @Test mutating func `who names a contact needs her rights in that one, and in the one that she then hears`() throws {
    booth = Booth { $0.rules.rows = [MonitorRule(supervisor: "boss", queues: ["sales"])] }
    _ = booth.talks("one", queue: "sales")
    _ = booth.holds("one")
    _ = booth.talks("two", queue: "support")
    let refused = booth.ask("boss", .contact("two"), follow: .agent)
    #expect(refused.refusal == .notAllowed("boss", .listen, with: "anna"))
    #expect(refused.effects.rows.map(\.contact) == ["two"])
    #expect(try booth.listens("boss", .contact("one"), follow: .agent).placed == [])
    #expect(booth.retrieves("one").placed == [.listen] && booth.holds("two").isEmpty)
    #expect(booth.retrieves("two").placed == [] && booth.desk.monitors.map(\.stage) == [.waiting])
    booth = Booth { $0.rules.queues = ["sales"] }
    _ = booth.talks("one", queue: "support")
    _ = booth.holds("one")
    _ = booth.talks("two", queue: "sales")
    let closed = booth.ask("boss", .contact("one"), follow: .agent)
    #expect(closed.refusal == .queueIsClosed && closed.effects.rows.map(\.contact) == ["one"])
  }

  @Test mutating func `the room of followers who go on with their agent is given to whoever waits for it`() throws {
    _ = booth.talks("one", "boris")
    for id in ["b1", "b2", "b3", "anna"] {
      #expect(
        try booth.listens(AgentID(rawValue: id), .contact("one"), as: MonitorID(rawValue: id)).placed == [.listen])
    }
    // The fifth of the contact takes long to answer.
    #expect(booth.ask("b4", .contact("one"), as: "b4").refusal == nil)
    for id in ["b5", "b6", "b7", "b8", "b9"] {
      #expect(try booth.listens(AgentID(rawValue: id), .agent("anna"), as: MonitorID(rawValue: id)).placed == [])
    }
    _ = booth.write(booth.desk.takeOverAsked(by: "anna", user: 1000, at: booth.now).effects)
    #expect(booth.write(booth.desk.phoneAnswered("b4", at: booth.now)).placed == [])
    #expect(booth.desk.monitors.filter { $0.stage == .waiting }.map(\.id) == ["b4", "b7", "b8", "b9"])
    let effects = booth.talks("two")
    #expect(effects.contains(.place("b4", in: "one", .listen)))
    #expect(booth.desk.monitors.allSatisfy { $0.stage == .present })
    // Who is about to go gets no row of where she never comes.
    #expect(effects.rows.filter { $0.action == .placed && $0.contact == "one" }.map(\.monitor) == ["b4"])
  }

  @Test mutating func `who goes with a contact stays there`() throws {
    _ = booth.talks("one")
    _ = try booth.listens(follow: .contact)
    _ = booth.holds("one")
    #expect(booth.talks("two").isEmpty)
    #expect(heard() == "one")
  }

  @Test mutating func `holding twice, and what is not there, is nothing`() throws {
    _ = booth.talks("one")
    _ = booth.talks("two")
    _ = try booth.listens()
    #expect(!booth.holds("two").isEmpty)
    #expect(booth.holds("two").isEmpty && booth.holds("none").isEmpty && booth.retrieves("one").isEmpty)
  }

  @Test mutating func `whoever takes a held call over is in it`() throws {
    _ = booth.talks("one")
    _ = booth.holds("one")
    _ = booth.talks("own", "boss")
    _ = try booth.listens(mode: .barge)
    let over = try booth.desk.takeOverAsked(by: "boss", user: 1000, at: booth.now).get()
    _ = booth.write(over)
    // She has two now, and whoever stays with her hears the one that her phone does not hold.
    _ = booth.holds("own")
    #expect(try booth.listens("other", .agent("boss"), as: "n").placed == [.listen])
    #expect(heard(by: "n") == "one")
  }
}
